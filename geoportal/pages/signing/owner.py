"""Who stands before the page, and whether the text is theirs."""

from uuid import UUID

from django.http import Http404, HttpRequest

from geoportal.accounts.models import User
from geoportal.pages.signing.browser import known_browser
from ingest.models import SigningRequest
from ingest.signing import NoSuchRequest, find_request


def person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def theirs(request: HttpRequest, pk: UUID) -> SigningRequest:
    """The text to sign of whoever asks, spent or not. Http404 for somebody else's."""
    try:
        return find_request(request_id=pk, user=person(request), browser=known_browser(request))
    except NoSuchRequest:
        raise Http404 from None
