"""Who may use which address: the one table of role × endpoint, and the middleware that holds to it.

A route without a row is refused, and tests/test_access.py fails; so nobody can open an address by forgetting
to close it. What concerns one row of data (is this submission yours? is this problem of your akimat?) the
view asks besides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_cache_control

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
BEFORE_SECOND_FACTOR = SignedIn(before_second_factor=True)

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
    # Signing: a text belongs to one user or browser, which the view asks. The app proves itself by a token.
    "eds-login": PUBLIC,
    "sign": PUBLIC,
    "sign-text": PUBLIC,
    "sign-again": PUBLIC,
    "sign-mobile": PUBLIC,
    "sign-mobile-status": PUBLIC,
    "sign-mobile-finish": PUBLIC,
    "egov-mobile-request": PUBLIC,
    "egov-mobile-document": PUBLIC,
    # People. Where one comes to sign in, and what a mailed link opens.
    "login": PUBLIC,
    "link-sent": PUBLIC,
    "sign-in-link": PUBLIC,
    "invitation": PUBLIC,
    "left": PUBLIC,
    "account_login": PUBLIC,
    "account_inactive": PUBLIC,
    "mfa_authenticate": PUBLIC,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    # What staff needs before there is a second factor.
    "logout": BEFORE_SECOND_FACTOR,
    "account_reauthenticate": BEFORE_SECOND_FACTOR,
    "mfa_reauthenticate": BEFORE_SECOND_FACTOR,
    "mfa_activate_totp": BEFORE_SECOND_FACTOR,
    # One's own account.
    "account": SIGNED_IN,
    "account-language": SIGNED_IN,
    "end-other-sessions": SIGNED_IN,
    "consents": SIGNED_IN,
    "consent-give": SIGNED_IN,
    "consent-withdraw": SIGNED_IN,
    "my-submissions": SIGNED_IN,
    "leave": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    # Who invites others and ends their roles.
    "people": Needs(Permission.MANAGE_PEOPLE),
    "people-invite": Needs(Permission.MANAGE_PEOPLE),
    "people-invite-many": Needs(Permission.MANAGE_PEOPLE),
    "people-renew": Needs(Permission.MANAGE_PEOPLE),
    "role-end": Needs(Permission.MANAGE_PEOPLE),
    "invitation-cancel": Needs(Permission.MANAGE_PEOPLE),
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
    # What one has signed (the view shows it to whoever signed it alone), and checking a receipt of it.
    "submission": SIGNED_IN,
    "receipt": SIGNED_IN,
    "verify": PUBLIC,
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
        response = self.get_response(request)
        match = request.resolver_match
        if match is not None and ACCESS.get(match.view_name) is not PUBLIC:
            add_never_cache_headers(response)
        elif settings.SESSION_COOKIE_NAME in request.COOKIES and is_page(response):
            # Its header shows who is signed in.
            patch_cache_control(response, private=True)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        match = request.resolver_match
        rule = ACCESS.get(match.view_name) if match else None
        return None if rule is PUBLIC else decide(request, rule)


def is_page(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith("text/html")


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
    """Whether this very session was begun or continued with a code, and what makes them is still there."""
    did = any(record.get("method") == "mfa" for record in get_authentication_records(request, user))
    return did and is_mfa_enabled(user, [Authenticator.Type.TOTP])


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if for_programs(request):
        raise PermissionDenied("nobody is signed in")
    return redirect_to_login(request.get_full_path() if request.method in SAFE else reverse("account"))


def _to_second_factor(request: HttpRequest) -> HttpResponse:
    if for_programs(request):
        raise PermissionDenied("the second factor is missing")
    has_one = isinstance(request.user, User) and is_mfa_enabled(request.user, [Authenticator.Type.TOTP])
    return HttpResponseRedirect(reverse("mfa_reauthenticate" if has_one else "mfa_activate_totp"))
