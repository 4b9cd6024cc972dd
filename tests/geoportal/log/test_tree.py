"""Hashing and proofs: the published vectors of Certificate Transparency, and the definitions of RFC 9162."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoportal.log.tiles import TiledHashes, TilePlace, bundle, split_bundle, width_at
from geoportal.log.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    fold,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    tree_root,
)

# The reference tree of RFC 6962's implementation (google/certificate-transparency, merkle_tree_test.cc).
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
# (index, size, path), (first, second, proof); indexes from 0.
PATHS = [
    (0, 1, []),
    (0, 8, [A, B, C]),
    (5, 8, [D, E, ROOTS[3]]),
    (2, 3, [ROOTS[1]]),
    (1, 5, [ROOTS[0], B, D]),
]
PROOFS = [(1, 1, []), (1, 8, [A, B, C]), (6, 8, [F, E, ROOTS[3]]), (2, 5, [B, D])]

LEAVES = [leaf_hash(bytes.fromhex(text)) for text in INPUTS]
MANY = [leaf_hash(number.to_bytes(4, "big")) for number in range(1100)]


def hashes_of(leaves: list[bytes]) -> Callable[[int, int], bytes]:
    return lambda height, index: fold(leaves[index << height : (index + 1) << height])


def root_by_definition(leaves: list[bytes]) -> bytes:
    """MTH of section 2.1.1, word by word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(root_by_definition(leaves[:split]), root_by_definition(leaves[split:]))


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert tree_root(hashes_of([]), 0) == EMPTY_ROOT


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_the_published_ones(size: int) -> None:
    assert tree_root(hashes_of(LEAVES), size).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size", "path"), PATHS)
def test_inclusion_proofs_are_the_published_ones(index: int, size: int, path: list[str]) -> None:
    assert [each.hex() for each in inclusion_proof(hashes_of(LEAVES), index, size)] == path


@pytest.mark.parametrize(("first", "second", "proof"), PROOFS)
def test_consistency_proofs_are_the_published_ones(first: int, second: int, proof: list[str]) -> None:
    assert [each.hex() for each in consistency_proof(hashes_of(LEAVES), first, second)] == proof


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200), st.data())
def test_every_leaf_is_proven_and_nothing_else_is(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    root = root_by_definition(MANY[:size])
    proof = inclusion_proof(hashes_of(MANY), index, size)

    assert is_included(leaf=MANY[index], index=index, size=size, proof=proof, root=root)
    other = data.draw(st.integers(0, size).filter(lambda each: each != index))
    assert not is_included(leaf=MANY[index], index=other, size=size, proof=proof, root=root)
    assert not is_included(leaf=MANY[size], index=index, size=size, proof=proof, root=root)
    for changed in _changes(proof, data):
        assert not is_included(leaf=MANY[index], index=index, size=size, proof=changed, root=root)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200), st.data())
def test_every_beginning_is_proven_and_nothing_else_is(second: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, second))
    roots = {"first_root": root_by_definition(MANY[:first]), "second_root": root_by_definition(MANY[:second])}
    proof = consistency_proof(hashes_of(MANY), first, second)

    assert is_consistent(first=first, second=second, proof=proof, **roots)
    for name in roots:
        forked = {**roots, name: MANY[0] if roots[name] != MANY[0] else MANY[1]}
        assert not is_consistent(first=first, second=second, proof=proof, **forked)
    for changed in _changes(proof, data):
        assert not is_consistent(first=first, second=second, proof=changed, **roots)


def _changes(proof: list[bytes], data: st.DataObject) -> list[list[bytes]]:
    longer = [*proof, MANY[0]]
    if not proof:
        return [longer]
    place = data.draw(st.integers(0, len(proof) - 1))
    flipped = bytes([proof[place][0] ^ 1]) + proof[place][1:]
    return [longer, proof[:-1], [*proof[:place], flipped, *proof[place + 1 :]]]


def test_all_sizes_up_to_200_agree_with_the_definition() -> None:
    frontier = Frontier(hashes_of(MANY), 0)
    for size in range(201):
        expected = root_by_definition(MANY[:size])
        assert tree_root(hashes_of(MANY), size) == frontier.root() == expected
        assert Frontier(hashes_of(MANY), size).root() == expected
        for first in range(0, size + 1, 11):
            proof = consistency_proof(hashes_of(MANY), first, size)
            assert is_consistent(
                first=first,
                second=size,
                first_root=root_by_definition(MANY[:first]),
                second_root=expected,
                proof=proof,
            )
        frontier.push(MANY[size])


def test_what_is_not_there_is_not_proven() -> None:
    with pytest.raises(ValueError, match="no leaf 8"):
        inclusion_proof(hashes_of(LEAVES), 8, 8)
    with pytest.raises(ValueError, match="does not come after"):
        consistency_proof(hashes_of(LEAVES), 8, 7)
    assert not is_included(leaf=LEAVES[0], index=-1, size=8, proof=[], root=LEAVES[0])
    for first, second in ((3, 2), (2, 3)):
        assert not is_consistent(
            first=first, second=second, first_root=LEAVES[0], second_root=LEAVES[0], proof=[]
        )


def fetch(level: int, index: int, width: int) -> bytes:
    """Tiles as the specification defines them, of the tree MANY."""
    first = index << 8
    step = 1 << 8 * level
    return b"".join(fold(MANY[at * step : (at + 1) * step]) for at in range(first, first + width))


@pytest.mark.parametrize("size", [1, 255, 256, 257, 511, 512, 700, 1024, 1099])
def test_through_tiles_it_is_the_same_tree(size: int) -> None:
    tiled = TiledHashes(fetch, size)
    assert tree_root(tiled, size) == root_by_definition(MANY[:size])
    for index in {0, size // 2, size - 1}:
        assert inclusion_proof(tiled, index, size) == inclusion_proof(hashes_of(MANY), index, size)


# The examples of c2sp.org/tlog-tiles.
def test_tiles_have_the_addresses_of_the_specification() -> None:
    assert TilePlace(1234067).path == "x001/x234/067"
    assert TilePlace(0, 112).path == "000.p/112"
    widths = {
        (level, index): width_at(level=level, index=index, size=70_000)
        for level in range(4)
        for index in (0, 1)
    }
    assert widths[1, 1] == 17
    assert widths[2, 0] == 1
    assert widths[3, 0] == 0
    assert width_at(level=0, index=273, size=70_000) == 112


@given(st.integers(0, 2**63 // 256), st.integers(1, 256))
def test_the_address_of_a_tile_is_read_as_it_is_written(index: int, width: int) -> None:
    place = TilePlace(index, width)
    assert TilePlace.parse(place.path) == place


@pytest.mark.parametrize(
    "path",
    ["", "1", "0001", "x000/001", "001.p/256", "001.p/0", "001.p/01", "x001/1", "001.p/", "٠٠١", "001\n"],
)
def test_no_other_address_is_a_tile(path: str) -> None:
    assert TilePlace.parse(path) is None


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_is_taken_apart_again(entries: list[bytes]) -> None:
    assert split_bundle(bundle(entries)) == entries


@pytest.mark.parametrize("encoded", [b"\x00", b"\x00\x02a", b"\x00\x01ab"])
def test_a_bundle_that_is_cut_is_refused(encoded: bytes) -> None:
    with pytest.raises(ValueError, match="too early"):
        split_bundle(encoded)
