"""How many questions reach the portal, how old an answer may be, and what is shown when it is away."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.nginx import running
from tests.nginx.fake_portal import FakePortal
from tests.nginx.running import Response, soon

Ask = Callable[..., Response]
MANY = 50
EXACT = {"Cache-Control": "public, max-age=31536000, immutable", "X-Accel-Expires": "31536000"}


def at_once(ask: Ask, address: str, count: int = MANY) -> list[Response]:
    """All of them begin together."""
    gate = threading.Barrier(count)

    def one(_number: int) -> Response:
        gate.wait()
        return ask(address)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def next_moment() -> None:
    time.sleep(0.21)


@pytest.mark.parametrize("takes_s", [0.02, 0.6])
def test_many_who_ask_for_a_cold_tile_at_once_are_one_question_to_the_portal(
    portal: FakePortal, ask: Ask, tile: str, takes_s: float
) -> None:
    portal.delay_s = takes_s
    answers = at_once(ask, tile)
    assert {answer.status for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert portal.full == 1


def test_many_who_ask_when_a_tile_has_changed_are_one_question_too(
    portal: FakePortal, ask: Ask, tile: str
) -> None:
    """Here proxy_cache_lock alone lets all through, and proxy_cache_use_stale updating shows the old tile."""
    ask(tile)
    next_moment()
    portal.state, portal.delay_s = "2", 0.05
    portal.asked.clear()
    answers = at_once(ask, tile)
    assert all(answer.content.startswith(b"2") for answer in answers)
    # Two when the questions fall into two moments.
    assert len(portal.asked) <= 2


def test_an_answer_is_never_older_than_a_fifth_of_a_second(portal: FakePortal, ask: Ask, tile: str) -> None:
    """Asked all the time, so that it is always kept; each look finds the state of at most 0.2 s before."""
    changed: dict[str, float] = {}
    oldest = 0.0
    for state in range(12):
        portal.state = str(state)
        changed[str(state)] = time.monotonic()
        until = time.monotonic() + 0.13
        while time.monotonic() < until:
            asked_at = time.monotonic()
            seen = ask(tile).content.split()[0].decode()
            following = changed.get(str(int(seen) + 1))
            if following is not None:
                oldest = max(oldest, asked_at - following)
    assert oldest <= 0.2 + 0.05
    assert any(asked.headers["If-None-Match"] for asked in portal.asked)


def test_a_tile_that_is_asked_for_all_the_time_is_asked_of_the_portal_five_times_a_second(
    portal: FakePortal, ask: Ask, tile: str
) -> None:
    begun, count = time.monotonic(), 0
    while time.monotonic() < begun + 1.0:
        assert ask(tile).status == 200
        count += 1
    assert count > 50
    assert len(portal.asked) <= 7
    assert portal.full == 1, "and all but the first time only whether it is still so"


def test_who_has_the_tile_is_told_so_by_nginx(portal: FakePortal, ask: Ask, tile: str) -> None:
    etag = ask(tile).headers["ETag"]
    assert not etag.startswith("W/")
    next_moment()
    again = ask(tile, If_None_Match=etag)
    assert (again.status, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert again.headers["Cache-Control"] == "no-cache"
    assert again.headers["Vary"] == "Accept-Encoding"
    portal.state = "2"
    next_moment()
    changed = ask(tile, If_None_Match=etag)
    assert changed.status == 200
    assert changed.headers["ETag"] != etag


def test_a_state_with_a_name_is_asked_for_once_and_kept(portal: FakePortal, ask: Ask, tile: str) -> None:
    portal.headers |= EXACT
    first = ask(f"{tile}?v=7")
    portal.state = "2"
    next_moment()
    later = ask(f"{tile}?v=7")
    assert len(portal.asked) == 1
    assert later.content == first.content
    assert later.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert later.cache == "MISS, HIT"


def test_a_busy_portal_says_so_itself(portal: FakePortal, ask: Ask, tile: str) -> None:
    ask(tile)
    next_moment()
    portal.status, portal.headers["Retry-After"] = 503, "2"
    busy = ask(tile)
    assert (busy.status, busy.headers["Retry-After"]) == (503, "2")


def test_many_who_wait_behind_an_error_get_their_own_answer_in_time(
    portal: FakePortal, ask: Ask, tile: str
) -> None:
    portal.status = 404
    begun = time.monotonic()
    assert {answer.status for answer in at_once(ask, tile)} == {404}
    assert time.monotonic() - begun < 2 + 1


def test_while_the_portal_is_away_tiles_go_on_and_say_so_and_all_else_fails(folder: Path) -> None:
    portal, own = FakePortal(), folder / "alone"
    own.mkdir()
    tile, items = "/tiles/needs/5/1/1.mvt", "/api/v1/needs/"
    with ExitStack() as stack:
        with portal.serving() as upstream:
            port = stack.enter_context(running.nginx(own, upstream=upstream))
            first = running.ask(port, tile)
            assert running.ask(port, items).status == 200
        next_moment()
        stale = running.ask(port, tile)
        assert (stale.status, stale.content) == (200, first.content)
        assert "STALE" in stale.cache
        assert running.ask(port, tile, If_None_Match=first.headers["ETag"]).status == 304
        assert running.ask(port, tile.replace("/1/", "/2/")).status == 502, "nobody has asked for it before"
        assert running.ask(port, items).status == 502, "numbers are quoted: no old ones"
        assert running.ask(port, "/").status == 502
        assert running.ask(port, tile, Authorization="Bearer abc").status == 502
        portal.state = "2"
        with portal.serving():
            soon(lambda: running.ask(port, tile).content.startswith(b"2"), within_s=3)
