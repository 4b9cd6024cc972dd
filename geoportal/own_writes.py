"""Lets a request read from replicas, and its reader see what they wrote a moment ago.

Only who wrote gets a cookie: the position in the primary's log that they must see, signed, for as long as a
replica may be behind. Nothing else is in it, and it says nothing of the person.
"""

from collections.abc import Callable

from django.conf import settings
from django.core import signing
from django.core.exceptions import MiddlewareNotUsed
from django.db import Error as DatabaseError
from django.db import connections
from django.http import HttpRequest, HttpResponse

from geoportal import metrics
from geoportal.lib import replica_watch, replicas

COOKIE = "written"
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
signer = signing.TimestampSigner(salt="geoportal.own_writes")


def remembered_s() -> int:
    """No replica that is further behind is read, so what was written earlier is there. Twice, for slow clocks
    of web servers and for what the watch knows late.
    """
    return 2 * int(settings.REPLICA_MAX_LAG_S) + replicas.FRESH_S


class ReadYourOwnWrites:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.REPLICAS:
            raise MiddlewareNotUsed
        self.get_response = get_response
        replica_watch.start()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        safe = request.method in SAFE
        with replicas.reader(must_see=position_of(request), primary=not safe) as reader:
            response = self.get_response(request)
            # The router hears of no raw statement: who may write, and reached the primary, wrote.
            if (reader.wrote or not safe) and connections[replicas.PRIMARY].connection is not None:
                remember(request, response)
        metrics.observe_reads(reader.alias, reader.handed_over)
        return response


def position_of(request: HttpRequest) -> int:
    """What the reader must see; nothing for those who wrote nothing, or bring what we did not sign."""
    cookie = request.COOKIES.get(COOKIE)
    if cookie is None:
        return 0
    try:
        return int(signer.unsign(cookie, max_age=remembered_s()))
    except (signing.BadSignature, ValueError):
        return 0


def remember(request: HttpRequest, response: HttpResponse) -> None:
    try:
        position = replicas.written_up_to()
    except DatabaseError:
        position = 2**62  # never reached: the primary, until the cookie ends
    response.set_cookie(
        COOKIE,
        signer.sign(str(position)),
        max_age=remembered_s(),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
