"""An outsider comes again and again, and sees whatever was done to the log meanwhile."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import LazySettings
from django.core.management import call_command
from django.test import Client

from geoportal.log.fetching import HttpSource, Unreachable
from geoportal.log.follow import LogUntrue, Report, follow
from geoportal.log.keys import KeyFolder
from geoportal.log.note import Checkpoint, Signer, Verifier, sign
from geoportal.log.proofs import public_keys
from geoportal.log.seen import BadState
from geoportal.log.sequence import sequence
from geoportal.log.tiles import bundle, split_bundle
from layers.models import Category
from tests.geoportal.log.conftest import NOW, name_categories
from tests.geoportal.log.test_crashes import forget

Name = Callable[..., Category]
Answers = dict[str, bytes]


@dataclass
class Portal:
    """The log as the portal serves it, with answers put in by whoever stands between."""

    client: Client = field(default_factory=Client)
    forged: Answers = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def get(self, path: str, most: int) -> bytes:
        self.asked.append(path)
        if path in self.forged:
            return self.forged[path]
        answer = self.client.get(f"/log/{path}")
        if answer.status_code != 200:
            raise Unreachable(f"{path} is answered with {answer.status_code}")
        assert len(answer.content) <= most
        return answer.content


@pytest.fixture
def portal(db: None) -> Portal:
    grow(0, 3)
    return Portal()


def grow(start: int, end: int) -> None:
    name_categories(f"c{number}" for number in range(start, end))
    sequence(now=NOW)


def visit(portal: Portal, folder: Path, **values: object) -> Report:
    return follow(
        "http://log.example/log/",
        state=folder / "seen.json",
        source=portal,
        **{"now": NOW, **values},  # type: ignore[arg-type]
    )


def refused(portal: Portal, folder: Path, **values: object) -> str:
    before = (folder / "seen.json").read_bytes()
    with pytest.raises(LogUntrue) as caught:
        visit(portal, folder, **values)
    assert (folder / "seen.json").read_bytes() == before, "what was seen is kept"
    return caught.value.code


def signer(settings: LazySettings) -> Signer:
    from_disk = KeyFolder(settings.LOG_KEY_DIR, settings.LOG_ORIGIN)
    return from_disk.signer_of(public_keys()[0])


def test_the_log_is_followed_as_it_grows(portal: Portal, tmp_path: Path) -> None:
    first = visit(portal, tmp_path)
    assert (first.previous_size, first.checkpoint.size, first.entries_checked) == (0, 3, 3)
    assert first.is_first
    for size in (3, 4, 256, 257, 600):
        grow(visit(portal, tmp_path).checkpoint.size, size)
        again = visit(portal, tmp_path, with_entries=size % 2 == 0)
        assert again.checkpoint.size == size
        assert not again.is_first
        assert again.late == ()


def test_a_visit_asks_for_what_is_new_alone(portal: Portal, tmp_path: Path) -> None:
    grow(3, 600)
    visit(portal, tmp_path)
    grow(600, 602)
    portal.asked.clear()
    visit(portal, tmp_path)
    assert set(portal.asked) == {
        *("checkpoint", "tile/0/002.p/90", "tile/1/000.p/2", "tile/entries/002.p/90"),
    }


@pytest.mark.parametrize("with_entries", [True, False])
def test_a_forked_log_is_named(
    portal: Portal, name_category: Name, tmp_path: Path, settings: LazySettings, with_entries: bool
) -> None:
    """The operator signs another history with the log's own key."""
    visit(portal, tmp_path)
    forget(1)
    (Path(settings.LOG_KEY_DIR) / "last-head").unlink()
    for number in range(5):
        name_category(f"other{number}")
    sequence(now=NOW)

    assert refused(portal, tmp_path, with_entries=with_entries) == "forked_log"
    evidence = (tmp_path / "seen.json.evidence").read_text()
    assert "\n3\n" in evidence
    assert "\n6\n" in evidence


def test_another_tree_of_the_same_size_is_a_fork(
    portal: Portal, tmp_path: Path, settings: LazySettings
) -> None:
    visit(portal, tmp_path)
    forged = Checkpoint("localhost/log", 3, b"\x07" * 32)
    portal.forged["checkpoint"] = sign(forged.text, [signer(settings)]).encode()
    assert refused(portal, tmp_path) == "forked_log"


def test_a_log_that_shrank_is_named(portal: Portal, tmp_path: Path) -> None:
    older = portal.get("checkpoint", 10_000)
    grow(3, 9)
    visit(portal, tmp_path)
    portal.forged["checkpoint"] = older
    assert refused(portal, tmp_path) == "shrunken_log"


def test_a_wrong_signature_is_named(portal: Portal, tmp_path: Path) -> None:
    visit(portal, tmp_path)
    note = portal.get("checkpoint", 10_000).decode()
    portal.forged["checkpoint"] = note.replace("\n3\n", "\n4\n").encode()
    assert refused(portal, tmp_path) == "wrong_signature"
    stranger = Signer("localhost/log", Ed25519PrivateKey.generate())
    portal.forged["checkpoint"] = sign(note.partition("\n\n")[0] + "\n", [stranger]).encode()
    assert refused(portal, tmp_path) == "wrong_signature"


def test_a_stranger_who_names_himself_in_the_keys_is_not_believed(portal: Portal, tmp_path: Path) -> None:
    visit(portal, tmp_path)
    note = portal.get("checkpoint", 10_000).decode()
    stranger = Signer("localhost/log", Ed25519PrivateKey.generate())
    signed = sign(note.partition("\n\n")[0] + "\n", [stranger])
    portal.forged["checkpoint"] = signed.encode()
    for checkpoint in (signed, note):
        named = {"verifier": str(stranger.verifier), "entry": 1, "checkpoint": checkpoint}
        portal.forged["keys"] = json.dumps({"keys": [named]}).encode()
        assert refused(portal, tmp_path) == "wrong_signature"


def test_a_key_that_the_old_one_signed_beside_is_believed_only_with_its_entry(
    portal: Portal, tmp_path: Path, settings: LazySettings
) -> None:
    visit(portal, tmp_path)
    stranger = Signer("localhost/log", Ed25519PrivateKey.generate())
    text = portal.get("checkpoint", 10_000).decode().partition("\n\n")[0] + "\n"
    both = sign(text, [signer(settings), stranger])
    named = {"verifier": str(stranger.verifier), "entry": 1, "checkpoint": both}
    portal.forged["keys"] = json.dumps({"keys": [named]}).encode()
    portal.forged["checkpoint"] = sign(text, [stranger]).encode()
    assert refused(portal, tmp_path) == "wrong_signature"


def test_a_log_of_another_name_is_named(portal: Portal, tmp_path: Path, settings: LazySettings) -> None:
    visit(portal, tmp_path)
    text = portal.get("checkpoint", 10_000).decode().partition("\n\n")[0] + "\n"
    other = text.replace("localhost/log", "localhost/log2")
    portal.forged["checkpoint"] = sign(other, [signer(settings)]).encode()
    assert refused(portal, tmp_path) == "replaced_origin"


def test_tiles_that_do_not_give_the_root_are_named(portal: Portal, tmp_path: Path) -> None:
    visit(portal, tmp_path)
    tile = bytearray(portal.get("tile/0/000.p/3", 10_000))
    tile[5] ^= 1
    portal.forged["tile/0/000.p/3"] = bytes(tile)
    assert refused(portal, tmp_path) == "wrong_tiles"


def test_entries_that_do_not_give_the_root_are_named(portal: Portal, tmp_path: Path) -> None:
    visit(portal, tmp_path)
    grow(3, 6)
    path = "tile/entries/000.p/6"
    entries = split_bundle(portal.get(path, 100_000))
    for place, changed in ((4, entries[3]), (5, b"{}"), (5, b"\xff")):
        portal.forged[path] = bundle([*entries[:place], changed, *entries[place + 1 :]])
        assert refused(portal, tmp_path) == "wrong_entries"


def test_rotations_are_followed_also_when_several_were_missed(portal: Portal, tmp_path: Path) -> None:
    visit(portal, tmp_path)
    for number in (10, 20, 30):
        call_command("rotate_log_key")
        grow(number, number + 3)
    report = visit(portal, tmp_path)
    assert list(report.keys) == public_keys()[-1:]
    assert visit(portal, tmp_path).previous_size == report.checkpoint.size


def test_a_key_given_by_hand_is_trusted_and_no_other(portal: Portal, tmp_path: Path) -> None:
    stranger = Verifier("localhost/log", b"\x02" * 32)
    with pytest.raises(LogUntrue) as caught:
        visit(portal, tmp_path, keys=[stranger])
    assert caught.value.code == "wrong_signature"
    assert not (tmp_path / "seen.json").exists()
    assert visit(portal, tmp_path, keys=public_keys()).checkpoint.size == 3


def test_a_key_given_by_hand_counts_also_where_another_was_believed_before(
    portal: Portal, tmp_path: Path
) -> None:
    visit(portal, tmp_path)
    (first,) = public_keys()
    assert refused(portal, tmp_path, keys=[Verifier(first.name, b"\x02" * 32)]) == "wrong_signature"
    call_command("rotate_log_key")
    grow(10, 12)
    assert list(visit(portal, tmp_path, keys=[first]).keys) == public_keys()[-1:]
    assert visit(portal, tmp_path, keys=[first]).previous_size == 6


def test_a_full_disk_does_not_hide_a_fork(portal: Portal, tmp_path: Path, settings: LazySettings) -> None:
    visit(portal, tmp_path)
    (tmp_path / "seen.json.evidence").mkdir()
    forged = sign(Checkpoint("localhost/log", 3, bytes(32)).text, [signer(settings)])
    portal.forged["checkpoint"] = forged.encode()
    with pytest.raises(LogUntrue, match="cannot be kept") as caught:
        visit(portal, tmp_path)
    assert caught.value.code == "forked_log"
    assert forged in str(caught.value)


def test_what_a_log_calls_itself_commands_no_terminal(portal: Portal, tmp_path: Path) -> None:
    visit(portal, tmp_path)
    portal.forged["checkpoint"] = "\x1b[2J\x9b1A all is well\n1\n".encode()
    with pytest.raises(LogUntrue) as caught:
        visit(portal, tmp_path)
    assert all(each.isprintable() for each in str(caught.value))


def test_an_entry_put_in_later_with_an_earlier_time_is_told(
    portal: Portal, name_category: Name, tmp_path: Path
) -> None:
    later = NOW + timedelta(days=30)
    visit(portal, tmp_path, now=later)
    name_category("back-dated", at=NOW)
    name_category("ahead", at=later + timedelta(days=2))
    name_category("now", at=later)
    sequence(now=later)
    assert visit(portal, tmp_path, now=later).late == ((3, NOW), (4, later + timedelta(days=2)))


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", '{"keys": [], "checkpoint": "", "seen_at": ""}'])
def test_a_spoilt_file_of_what_was_seen_is_not_passed_over(
    portal: Portal, tmp_path: Path, content: str
) -> None:
    (tmp_path / "seen.json").write_text(content)
    with pytest.raises(BadState):
        visit(portal, tmp_path)
    visit(portal, tmp_path / "new")
    value = json.loads((tmp_path / "new" / "seen.json").read_text())
    value["checkpoint"] = value["checkpoint"].replace("\n3\n", "\n2\n")
    (tmp_path / "seen.json").write_text(json.dumps(value))
    with pytest.raises(BadState):
        visit(portal, tmp_path)


@pytest.mark.parametrize("path", ["tile/0/000.p/3", "tile/entries/000.p/3", "checkpoint", "keys"])
@pytest.mark.parametrize("answer", [b"", b"\xff" * 7, b"[" * 100_000, b"{}"])
def test_answers_that_are_none_are_told(portal: Portal, tmp_path: Path, path: str, answer: bytes) -> None:
    portal.forged[path] = answer
    with pytest.raises((LogUntrue, Unreachable)):
        visit(portal, tmp_path)


class Odd(BaseHTTPRequestHandler):
    """A server that does what a log's server does not."""

    def do_GET(self) -> None:
        match self.path:
            case "/log/moved":
                self.send_response(302)
                self.send_header("Location", "/log/there")
                self.end_headers()
            case "/log/there":
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"there")
            case "/log/large":
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"x" * 200_000)
            case "/log/head":
                try:
                    for _ in range(100):
                        self.wfile.write(b"HTTP/1.0 200 OK\r\nX: y"[_ : _ + 1] or b"z")
                        self.wfile.flush()
                        time.sleep(0.02)
                except OSError:
                    pass
            case "/log/slow":
                self.send_response(200)
                self.end_headers()
                try:
                    for _ in range(100):
                        self.wfile.write(b"x")
                        self.wfile.flush()
                        time.sleep(0.02)
                except OSError:
                    pass
            case _:
                self.send_error(503)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def odd() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Odd)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/log"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("moved", "answered with 302"),
        ("large", "larger than 1000 bytes"),
        ("slow", "takes longer"),
        ("head", "takes longer"),
        ("none", "answered with 503"),
    ],
)
def test_a_server_that_leads_astray_is_left(odd: str, path: str, message: str) -> None:
    source = HttpSource(odd, longest_s=0.1)
    assert source.get("there", 1000) == b"there"
    with pytest.raises(Unreachable, match=message):
        source.get(path, 1000)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "log.example", "ftp://log.example/", ""])
def test_other_addresses_are_not_read(url: str) -> None:
    with pytest.raises(Unreachable, match="no address of a log"):
        HttpSource(url)


def test_nobody_at_the_address_is_told() -> None:
    with pytest.raises(Unreachable, match="cannot be had"):
        HttpSource("http://127.0.0.1:1/log/", timeout_s=1).get("checkpoint", 10)


def test_following_and_checking_need_no_django() -> None:
    script = "import sys; import geoportal.log.follow, geoportal.log.checking; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]
