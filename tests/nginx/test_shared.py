"""Which questions share an answer, and which never do."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.nginx.fake_portal import SHARED, FakePortal
from tests.nginx.running import Response

Ask = Callable[..., Response]
HOST = {"Host": "map.example.kz"}
GZIP = {"Accept_Encoding": "gzip"}

# What is asked first, what then, within the same moment: {} is the plain question for a tile.
SHARE = {
    "the same question": ({}, {}),
    "other spellings of gzip": (GZIP, {"Accept_Encoding": "br, GZIP;q=0.8, deflate"}),
    "no word on coding, and only the plain form": ({}, {"Accept_Encoding": "identity"}),
    "what refuses gzip, and the plain form": ({}, {"Accept_Encoding": "gzip;q=0, br"}),
    "other languages": ({"Accept_Language": "kk"}, {"Accept_Language": "ru"}),
    "cookies that make nobody": ({"Cookie": "language=ru"}, {"Cookie": "language=kk; _ga=1"}),
    "HEAD and GET": ({"method": "HEAD"}, {}),
    "hosts in other letters": (HOST, {"Host": "MAP.EXAMPLE.KZ"}),
    "what a client says of proxies": ({"X_Forwarded_For": "1.2.3.4"}, {"Forwarded": "for=5.6.7.8"}),
    "other sites": ({"Origin": "https://a.example"}, {"Origin": "https://b.example"}),
}
APART = {
    "another host": (HOST, {"Host": "other.example.kz"}),
    "another coding": (GZIP, {}),
    "a filter": ({}, {"query": "?status=open"}),
    "another filter": ({"query": "?status=open"}, {"query": "?status=solved"}),
    "another state": ({"query": "?v=1"}, {"query": "?v=2"}),
    "who has a session": ({}, {"Cookie": "sessionid=abc"}),
    "who has a session asks first": ({"Cookie": "sessionid=abc"}, {}),
    "two sessions": ({"Cookie": "sessionid=abc"}, {"Cookie": "sessionid=def"}),
    "a session between other cookies": ({}, {"Cookie": "language=ru; sessionid=abc; _ga=1"}),
    "one session twice": ({"Cookie": "sessionid=abc"}, {"Cookie": "sessionid=abc"}),
    "who has just written": ({}, {"Cookie": "written=5:abc"}),
    "credentials": ({}, {"Authorization": "Bearer abc"}),
    "credentials asked first": ({"Authorization": "Bearer abc"}, {}),
    "two credentials": ({"Authorization": "Bearer abc"}, {"Authorization": "Bearer def"}),
    "POST": ({"method": "POST"}, {"method": "POST"}),
}


def asked_twice(
    portal: FakePortal, ask: Ask, address: str, first: dict[str, str], then: dict[str, str]
) -> tuple[Response, Response]:
    """Both within one fifth of a second; on a machine that is too busy for that, once more."""
    for attempt in range(20):
        while time.time() % 0.2 > 0.03:
            time.sleep(0.002)
        fifth = time.time() // 0.2
        portal.asked.clear()
        one, other = (
            ask(
                address.replace("/16/", f"/{16 - attempt % 16}/") + given.get("query", ""),
                **{name: value for name, value in given.items() if name != "query"},
            )
            for given in (first, then)
        )
        if time.time() // 0.2 == fifth:
            return one, other
    pytest.fail("this machine is too busy")


@pytest.mark.parametrize("case", SHARE)
def test_what_means_the_same_is_asked_of_the_portal_once(
    portal: FakePortal, ask: Ask, tile: str, case: str
) -> None:
    first, then = SHARE[case]
    one, other = asked_twice(portal, ask, tile, first, then)
    assert len(portal.asked) == 1
    assert other.cache.startswith("HIT")
    assert other.headers["ETag"] == one.headers["ETag"]


@pytest.mark.parametrize("case", APART)
def test_what_may_have_another_answer_is_asked_for_itself(
    portal: FakePortal, ask: Ask, tile: str, case: str
) -> None:
    first, then = APART[case]
    one, other = asked_twice(portal, ask, tile, first, then)
    assert len(portal.asked) == 2
    assert not one.cache.startswith("HIT")
    assert not other.cache.startswith("HIT")


@pytest.mark.parametrize("secret", [{"Cookie": "sessionid=SECRET"}, {"Authorization": "Bearer SECRET"}])
@pytest.mark.parametrize(
    "path", ["tile", "/api/v1/problems/7{n}/", "/static/private{n}.js", "/", "/account/"]
)
def test_what_somebody_gets_is_never_shown_to_another(
    portal: FakePortal, ask: Ask, tile: str, path: str, secret: dict[str, str], request: pytest.FixtureRequest
) -> None:
    """Even of a faulty portal that lets all share an answer with a name in it."""
    address = tile if path == "tile" else path.format(n=abs(hash(request.node.name)))
    portal.headers["Cache-Control"] = "public, max-age=60"
    portal.headers["X-Accel-Expires"] = "60"
    own = ask(address, **secret)
    assert b"SECRET" in own.content, "the portal knows who asks"
    for others in (
        {},
        {"Cookie": "sessionid=OTHER"},
        {"Authorization": "Bearer OTHER"},
        {"Cookie": "language=ru"},
    ):
        assert b"SECRET" not in ask(address, **others).content
    again = ask(address, **secret)
    assert b"SECRET" in again.content
    assert again.cache in {"BYPASS", "BYPASS, BYPASS", ""}


def test_what_is_kept_was_asked_for_without_cookies(portal: FakePortal, ask: Ask, tile: str) -> None:
    ask(tile, Cookie="language=ru; some_new_cookie=of-somebody")
    ask("/about/", Cookie="language=ru")
    assert [asked.headers["Cookie"] for asked in portal.asked] == [None, "language=ru"]


NOT_KEPT = {
    "an error": (404, {}),
    "a wrong question": (400, {}),
    "a failure": (500, {}),
    "too busy": (503, {"Retry-After": "2"}),
    "a way elsewhere": (302, {"Location": "/elsewhere"}),
    "a cookie is set": (200, {"Set-Cookie": "a=b"}),
}


@pytest.mark.parametrize("case", NOT_KEPT)
def test_what_is_not_for_all_is_not_kept(portal: FakePortal, ask: Ask, tile: str, case: str) -> None:
    """Even if the portal marked it by mistake."""
    portal.status, more = NOT_KEPT[case]
    portal.headers |= more | {"X-Accel-Expires": "60", "Cache-Control": "public, max-age=60"}
    one, other = asked_twice(portal, ask, tile, {}, {})
    assert len(portal.asked) == 2
    assert one.status == other.status == portal.status
    for name, value in more.items():
        assert one.headers[name] == other.headers[name] == value


@pytest.mark.parametrize("cache_control", ["no-cache", "public, max-age=60", "private", "no-store", ""])
def test_without_the_portals_word_nothing_is_kept(
    portal: FakePortal, ask: Ask, tile: str, cache_control: str
) -> None:
    portal.headers = {"Cache-Control": cache_control, "Vary": "Accept-Language, Cookie"}
    asked_twice(portal, ask, tile, {}, {})
    assert len(portal.asked) == 2


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/about/",
        "/problems/",
        "/tiles/problems.json",
        "/api/v1/",
        "/api/v1/search/?q=a",
        "/api/docs/",
        "/healthz",
    ],
)
def test_pages_and_what_is_translated_are_not_kept(portal: FakePortal, ask: Ask, path: str) -> None:
    asked_twice(portal, ask, path, {}, {})
    assert len(portal.asked) == 2
    assert "X-Cache-Status" not in ask(path).headers


@pytest.mark.parametrize(
    "path",
    [
        "/account/../tiles/problems/3/5/2.mvt",
        "/account/%2e%2e/tiles/problems/3/5/2.mvt",
        "/account/..%2ftiles/problems/3/5/2.mvt",
        "//tiles/problems/3/5/2.mvt",
        "/tiles/problems/3/5/2%2emvt",
        "/account/../api/v1/problems/",
        "/api/v1/problems/../../../account/x/",
        "/api/v1/problems/x.css",
        "/account/../static/a.js",
        "/static/..%2faccount/a.js",
        "/static/a.js?x=1",
    ],
)
def test_an_address_that_only_looks_like_one_to_be_kept_is_not(
    portal: FakePortal, ask: Ask, path: str
) -> None:
    """The portal may see a private page where nginx sees a tile ("web cache deception")."""
    portal.headers = SHARED | {"Cache-Control": "public, max-age=60"}
    one, other = asked_twice(portal, ask, path, {}, {})
    assert len(portal.asked) == 2 or one.status == other.status == 400


def test_measurements_are_shown_to_nobody(portal: FakePortal, ask: Ask) -> None:
    for path in ("/metrics", "//metrics", "/%6detrics", "/x/../metrics", "/metrics?x"):
        assert ask(path).status == 403, path
    assert not portal.asked


def test_what_clients_say_of_themselves_is_overwritten(portal: FakePortal, ask: Ask, tile: str) -> None:
    lies = {
        "Host": "map.example.kz",
        "X_Forwarded_Proto": "https",
        "X_Forwarded_Host": "evil.example",
        "X_Forwarded_For": "10.0.0.1",
        "X_Real_IP": "10.0.0.1",
        "Forwarded": "for=10.0.0.1",
        "X_Request_ID": "not-the-proxys",
    }
    for path in (tile, "/", "/static/lies.js"):
        told = ask(path, **lies)
        seen = portal.asked[-1].headers
        assert seen["Host"] == seen["X-Forwarded-Host"] == "map.example.kz"
        assert seen["X-Forwarded-Proto"] == "http"
        assert seen["X-Forwarded-For"] == "127.0.0.1"
        assert seen["X-Real-IP"] is seen["Forwarded"] is None
        assert re.fullmatch("[0-9a-f]{32}", seen["X-Request-ID"])
        assert told.headers.get_all("X-Request-ID") == [seen["X-Request-ID"]]


def test_each_answer_has_its_own_request_id(portal: FakePortal, ask: Ask, tile: str) -> None:
    one, other = asked_twice(portal, ask, tile, {}, {})
    assert other.cache.startswith("HIT")
    assert one.headers["X-Request-ID"] != other.headers["X-Request-ID"]
    assert len(other.headers.get_all("X-Request-ID") or []) == 1


def test_what_is_between_nginx_and_the_portal_is_not_shown(portal: FakePortal, ask: Ask, tile: str) -> None:
    for told in asked_twice(portal, ask, tile, {}, {}):
        assert "X-Accel-Expires" not in told.headers
        assert "X-Kept" not in told.headers


def test_a_long_body_is_refused(portal: FakePortal, ask: Ask) -> None:
    assert ask("/report/", method="POST", Content_Length=str(2 * 1024 * 1024)).status == 413
    assert not portal.asked


def test_the_secret_of_a_mailed_link_stands_in_no_log(ask: Ask, folder: Path) -> None:
    for begin in ("/account/link/", "/account/invitation/", "/account/password/reset/", "/sign/0198/mobile/"):
        ask(f"{begin}s3cr3t/")
        written = (folder / "access.log").read_text()
        assert f" {begin}- " in written
        assert "s3cr3t" not in written
