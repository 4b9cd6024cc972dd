"""Who may use which address: the one table of role × endpoint, and the middleware that holds to it.

A route without a row is refused, and tests/test_access.py fails; so nobody can open an address by forgetting
to close it. What concerns one row of data (is this submission yours? is this problem of your akimat?) the
view asks besides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from geoportal.accounts.models import User
from geoportal.accounts.permissions import Permission, grants_of, is_staff, permitted
from geoportal.problems import for_programs
from layers.catalogue import COLLECTIONS

SAFE = {"GET", "HEAD"}


@dataclass(frozen=True)
class Public:
    """Anybody, signed in or not."""


@dataclass(frozen=True)
class SignedIn:
    """Whoever signed in. ``before_second_factor``: also staff who have not set theirs up yet."""

    before_second_factor: bool = False


@dataclass(frozen=True)
class Needs:
    """Whoever has a role with this permission."""

    permission: Permission


Access = Public | SignedIn | Needs
PUBLIC = Public()
SIGNED_IN = SignedIn()

ACCESS: dict[str, Access] = {
    # Pages.
    "map": PUBLIC,
    "basemap": PUBLIC,
    "problems": PUBLIC,
    "problem": PUBLIC,
    "needs": PUBLIC,
    "need": PUBLIC,
    "initiatives": PUBLIC,
    "initiative": PUBLIC,
    "report-problem": Needs(Permission.SUBMIT),
    "revise-problem": Needs(Permission.SUBMIT),
    "about": PUBLIC,
    "help": PUBLIC,
    "privacy": PUBLIC,
    "open-data": PUBLIC,
    # The public log.
    "log": PUBLIC,
    "log-checkpoint": PUBLIC,
    "log-entry-tile": PUBLIC,
    "log-tile": PUBLIC,
    "log-entries": PUBLIC,
    "log-entry": PUBLIC,
    "log-inclusion": PUBLIC,
    "log-consistency": PUBLIC,
    "log-keys": PUBLIC,
    # Operations; /metrics asks for its own token.
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "metrics": PUBLIC,
    # Tiles.
    "tilejson": PUBLIC,
    "tile": PUBLIC,
    # API.
    "api-start": PUBLIC,
    "api-search": PUBLIC,
    "api-categories": PUBLIC,
    "api-statuses": PUBLIC,
    **{f"api-{name}": PUBLIC for name in COLLECTIONS},
    **{f"api-{name}-item": PUBLIC for name in COLLECTIONS},
    **{f"api-{name}-facets": PUBLIC for name, collection in COLLECTIONS.items() if collection.kind},
    **{f"api-{name}-histogram": PUBLIC for name, collection in COLLECTIONS.items() if collection.kind},
    "api-changes": PUBLIC,
    "api-schema": PUBLIC,
    "api-docs": PUBLIC,
}


class HoldToAccess:
    """Inside of sessions and authentication. A public address costs one look into the table, and no session
    is opened for it: who reads tiles is nobody's business, and shared caches may keep the answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        match = request.resolver_match
        rule = ACCESS.get(match.view_name) if match else None
        return None if rule is PUBLIC else decide(request, rule)


def decide(request: HttpRequest, rule: Access | None) -> HttpResponse | None:
    """None lets the request through; else where to sign in. Raises PermissionDenied."""
    if isinstance(rule, Public):
        return None
    if rule is None:
        raise PermissionDenied("this address is in no row of the table of access")
    user = request.user
    if not isinstance(user, User):
        return _to_sign_in(request)
    grants = grants_of(user, at=timezone.now())
    if isinstance(rule, SignedIn) and rule.before_second_factor:
        return None
    if is_staff(grants) and not has_second_factor(request, user):
        return _to_second_factor(request)
    if isinstance(rule, Needs) and not permitted(grants, rule.permission):
        raise PermissionDenied(f"needs the permission {rule.permission}")
    return None


def has_second_factor(request: HttpRequest, user: User) -> bool:
    """Whether this very session was begun or continued with a code, not whether the person has one."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, user))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if for_programs(request):
        raise PermissionDenied("nobody is signed in")
    return redirect_to_login(request.get_full_path() if request.method in SAFE else reverse("account"))


def _to_second_factor(request: HttpRequest) -> HttpResponse:
    if for_programs(request):
        raise PermissionDenied("the second factor is missing")
    return HttpResponseRedirect(reverse("mfa_activate_totp"))
