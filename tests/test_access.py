"""Every route × every role, against a second table written by hand."""

import re
import time
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, path

from geoportal.access import ACCESS, PUBLIC, HoldToAccess, Needs, SignedIn
from geoportal.accounts.models import Role, User
from geoportal.accounts.models.role import STAFF
from geoportal.accounts.permissions import Permission
from tests.geoportal.accounts.people import person_with

ANONYMOUS = "anonymous"
EVERYBODY = frozenset({ANONYMOUS, *Role})
# Whom the design lets do what (section 3), in words of its own.
MAY: dict[Permission, set[Role]] = {
    Permission.SUBMIT: set(Role),
    Permission.REPRESENT: {Role.REPRESENTATIVE},
    Permission.ANSWER: {Role.OFFICER},
    Permission.REVIEW: {Role.EXPERT},
    Permission.OBSERVE: {Role.MONITOR},
    Permission.PLAN: {Role.PLANNER, Role.OFFICER},
    Permission.MODERATE: {Role.MODERATOR},
    Permission.MANAGE_PEOPLE: {Role.ADMINISTRATOR},
}


def routes(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Each with its whole address as a pattern."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, before + str(entry.pattern))
        else:
            yield before + str(entry.pattern), entry


ROUTES = list(routes(get_resolver("geoportal.urls")))
NAMES = {str(route.name) for _address, route in ROUTES}


def expected(name: str) -> frozenset[str]:
    row = ACCESS[name]
    if isinstance(row, Needs):
        return frozenset(MAY[row.permission])
    return EVERYBODY if row is PUBLIC else EVERYBODY - {ANONYMOUS}


@pytest.fixture
def everybody(world: None) -> dict[str, User | AnonymousUser]:
    people: dict[str, User | AnonymousUser] = {role: person_with(role) for role in Role}
    for role in STAFF:
        Authenticator.objects.create(user=people[role], type=Authenticator.Type.TOTP, data={})
    return {ANONYMOUS: AnonymousUser(), **people}


def session_of(user: User | AnonymousUser, *methods: str) -> SessionBase:
    """The session of one who signed in by these."""
    session = SessionStore()
    if isinstance(user, User):
        session["account_authentication_methods_user"] = str(user.pk)
        session["account_authentication_methods"] = [{"method": m, "at": time.time()} for m in methods]
    return session


def lets_through(name: str, user: User | AnonymousUser, *methods: str, path: str = "/") -> bool:
    request = RequestFactory().get(path)
    request.user = user
    request.session = session_of(user, *methods)
    request.resolver_match = Match(name)  # type: ignore[assignment]
    try:
        return HoldToAccess(answer).process_view(request, answer, (), {}) is None
    except PermissionDenied:
        return False


class Match:
    def __init__(self, name: str) -> None:
        self.view_name = name


def answer(request: HttpRequest) -> HttpResponse:
    raise AssertionError("nobody calls it")


def test_every_route_has_a_name_and_a_row() -> None:
    assert [address for address, route in ROUTES if not route.name] == []
    assert sorted(NAMES - ACCESS.keys()) == []


def test_the_table_has_no_row_without_a_route() -> None:
    assert sorted(name for name in ACCESS.keys() - NAMES if not name.startswith("test-")) == []


def test_each_route_lets_in_exactly_the_roles_of_its_row(everybody: dict[str, User | AnonymousUser]) -> None:
    for name in sorted(NAMES):
        let_in = {who for who, user in everybody.items() if lets_through(name, user, "password", "mfa")}
        assert let_in == expected(name), name


def test_staff_without_a_second_factor_come_no_further_than_its_set_up(
    everybody: dict[str, User | AnonymousUser],
) -> None:
    for name in sorted(NAMES):
        row = ACCESS[name]
        is_open = row is PUBLIC or (isinstance(row, SignedIn) and row.before_second_factor)
        for role in STAFF:
            assert lets_through(name, everybody[role], "password") == is_open, (name, role)


def test_no_page_that_needs_a_role_is_open_to_the_public_by_mistake() -> None:
    """Addresses under which the design puts the work of people with roles."""
    guarded = ("account/", "desk/", "planner/")
    there = {str(route.name) for address, route in ROUTES if address.startswith(guarded)}
    assert {name for name in there if ACCESS[name] is PUBLIC} <= OPEN_ACCOUNT_PAGES


# Where people come who are not signed in yet.
OPEN_ACCOUNT_PAGES = {
    *("login", "link-sent", "sign-in-link", "eds-login", "invitation", "left"),
    *("account_login", "account_inactive", "mfa_authenticate"),
    *("account_reset_password", "account_reset_password_done"),
    *("account_reset_password_from_key", "account_reset_password_from_key_done"),
}


def example_of(address: str) -> str:
    """An address that the pattern matches, whether or not there is something at it."""
    values = {"int": "1", "uuid": "00000000-0000-0000-0000-000000000000"}
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda found: values.get(found[1] or "", "x"), address)


@pytest.mark.django_db
def test_strangers_are_sent_to_sign_in_by_the_portal_itself(client: Client) -> None:
    """The table is held to on the real way of a request, before any view looks whether there is something."""
    guarded = [address for address, route in ROUTES if ACCESS[str(route.name)] is not PUBLIC]
    assert len(guarded) >= 20
    for address in guarded:
        for answered in (client.get(example_of(address)), client.post(example_of(address))):
            assert answered.status_code == 302, address
            assert answered["Location"].startswith("/account/login/?next="), address


def test_a_public_route_never_opens_a_session() -> None:
    """Else tiles would say that they vary with a cookie, and no shared cache would keep them."""
    request = RequestFactory().get("/")
    request.resolver_match = Match("tile")  # type: ignore[assignment]
    assert HoldToAccess(answer).process_view(request, answer, (), {}) is None


def nothing(request: HttpRequest) -> HttpResponse:
    raise AssertionError("a route without a row was let through")


urlpatterns = [path("api/forgotten/", nothing, name="forgotten"), path("api/nameless/", nothing)]
handler403 = "geoportal.error_pages.forbidden"


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("address", ["/api/forgotten/", "/api/nameless/"])
def test_a_route_without_a_row_is_refused(client: Client, address: str) -> None:
    answered = client.get(address)
    assert answered.status_code == 403
    assert answered.json()["code"] == "forbidden"
