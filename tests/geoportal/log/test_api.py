"""What outsiders read."""

import json
from typing import Any

import pytest
from django.test import Client

from geoportal.log.entry import Entry
from geoportal.log.models import Head
from geoportal.log.note import Verifier, open_checkpoint
from geoportal.log.proofs import public_keys
from geoportal.log.sequence import sequence
from geoportal.log.tiles import split_bundle, split_hashes
from geoportal.log.tree import fold, is_consistent, is_included, leaf_hash
from tests.geoportal.log.conftest import NOW, name_categories


@pytest.fixture
def log(db: None) -> Head:
    """A log of 258 entries that was signed three times: with 3, with 257 and with 258."""
    for start, size in ((0, 3), (3, 257), (257, 258)):
        name_categories(f"c{number}" for number in range(start, size))
        sequence(now=NOW)
    return Head.objects.latest("size")


def read(client: Client, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_checkpoint_is_the_last_signed_head_and_is_not_kept(log: Head, client: Client) -> None:
    answer = client.get("/log/checkpoint")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    checkpoint, _ = open_checkpoint(answer.content.decode(), public_keys())
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == ("localhost/log", 258, bytes(log.root))


def test_a_complete_tile_may_be_kept_for_ever_and_a_partial_one_not(log: Head, client: Client) -> None:
    whole, part = client.get("/log/tile/0/000"), client.get("/log/tile/0/001.p/2")
    assert (len(whole.content), len(part.content)) == (256 * 32, 64)
    assert whole.headers["Content-Type"] == "application/octet-stream"
    assert "immutable" in whole.headers["Cache-Control"]
    assert whole.headers["X-Accel-Expires"] == "31536000"
    assert part.headers["Cache-Control"] == "no-store"
    assert "X-Accel-Expires" not in part.headers
    above = client.get("/log/tile/1/000.p/1").content
    assert above == fold(split_hashes(whole.content))


def test_entries_hash_to_the_tile_beside_them(log: Head, client: Client) -> None:
    for place, count in (("000", 256), ("001.p/2", 2), ("000.p/5", 5)):
        entries = split_bundle(client.get(f"/log/tile/entries/{place}").content)
        tile = client.get(f"/log/tile/0/{place}").content
        assert len(entries) == count
        assert [leaf_hash(entry) for entry in entries] == split_hashes(tile)


@pytest.mark.parametrize(
    "path",
    [
        *(
            "tile/0/002",
            "tile/0/001",
            "tile/0/001.p/3",
            "tile/1/000",
            "tile/9/000",
            "tile/0/000.p/256",
            "tile/0/0",
        ),
        *("tile/entries/001", "tile/entries/x", "entries/258/", "entries/99999999999999999999/"),
    ],
)
def test_what_the_tree_has_not_is_not_found(log: Head, client: Client, path: str) -> None:
    answer = client.get(f"/log/{path}")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_no_cache_remembers_that_a_tile_was_not_there(log: Head, client: Client) -> None:
    """Whoever asks for the next tile early would have a shared cache hide it from all who follow."""
    answer = client.get("/log/tile/0/001")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


def test_an_entry_is_shown_with_its_proof(log: Head, client: Client) -> None:
    shown = read(client, "/log/entries/17/")
    checkpoint, _ = open_checkpoint(shown["checkpoint"], public_keys())
    entry = json.dumps(shown["entry"], ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    assert Entry.decode(entry).public == {"code": "c17"}
    assert leaf_hash(entry).hex() == shown["leaf_hash"]
    assert is_included(
        leaf=leaf_hash(entry),
        index=17,
        size=258,
        proof=[bytes.fromhex(each) for each in shown["inclusion"]],
        root=checkpoint.root,
    )


def test_entries_come_page_by_page_and_each_once(log: Head, client: Client) -> None:
    path, found = "/log/entries/?limit=100", list[int]()
    while path:
        page = read(client, path)
        found += [each["index"] for each in page["entries"]]
        path = page["next"]
    assert found == list(range(258))
    assert read(client, "/log/entries/?start=400") == {"size": 258, "entries": [], "next": None}
    assert read(client, "/log/entries/?limit=0")["entries"] == []
    assert len(read(client, "/log/entries/?limit=9999")["entries"]) == 256


def test_proofs_between_any_two_sizes(log: Head, client: Client) -> None:
    older = Head.objects.get(size=3)
    proof = read(client, "/log/proof/consistency?first=3&second=258")["proof"]
    assert is_consistent(
        first=3,
        second=258,
        first_root=bytes(older.root),
        second_root=bytes(log.root),
        proof=[bytes.fromhex(each) for each in proof],
    )
    shown = read(client, "/log/proof/inclusion?index=2&size=3")
    leaf = bytes.fromhex(read(client, "/log/entries/2/")["leaf_hash"])
    path = [bytes.fromhex(each) for each in shown["proof"]]
    assert is_included(leaf=leaf, index=2, size=3, proof=path, root=bytes(older.root))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("proof/inclusion", "index"),
        ("proof/inclusion?index=x", "index"),
        ("proof/inclusion?index=-1", "index"),
        ("proof/inclusion?index=258", "index"),
        ("proof/inclusion?index=1&size=259", "size"),
        ("proof/inclusion?index=1&size=1", "index"),
        ("proof/inclusion?index=1&of=1", "of"),
        ("proof/consistency?first=4&second=3", "first"),
        ("proof/consistency?first=1&second=9999999999999999999", "second"),
        ("proof/consistency?first=1&second=٣", "second"),
        ("entries/?start=1.5", "start"),
        ("entries/?page=2", "page"),
        ("checkpoint?size=1", "size"),
        ("keys?x=1", "x"),
    ],
)
def test_a_bad_parameter_is_named(log: Head, client: Client, query: str, field: str) -> None:
    answer = client.get(f"/log/{query}")
    assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_keys_are_given_in_the_form_of_signed_notes(log: Head, client: Client) -> None:
    (key,) = read(client, "/log/keys")["keys"]
    assert key["entry"] is None
    verifier = Verifier.parse(key["verifier"])
    assert [verifier] == public_keys()


def test_other_sites_may_read_the_log(log: Head, client: Client) -> None:
    for path in ("checkpoint", "keys", "tile/0/000", "entries/"):
        assert client.get(f"/log/{path}").headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.django_db
def test_a_log_that_has_not_begun_has_no_head(client: Client) -> None:
    assert client.get("/log/checkpoint").status_code == 404
    assert "has not begun" in client.get("/log/?lang=en").content.decode()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_page_shows_where_the_log_stands(log: Head, client: Client, language: str) -> None:
    page = client.get(f"/log/?lang={language}").content.decode()
    assert bytes(log.root).hex() in page
    assert str(public_keys()[0]) in page
    assert page.count("<time") == 11
