"""The Merkle tree of RFC 9162, section 2.1, as pure functions of hashes (32 bytes, SHA-256).

``Hashes`` is wherever the hashes of complete subtrees come from: a list, the database, another's server.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

# hash_of(height, index): the complete subtree of 2**height leaves that begins at index * 2**height.
Hashes = Callable[[int, int], bytes]

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The hash above 2**n hashes that stand side by side."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return hashes[0]


def tree_root(hash_of: Hashes, size: int) -> bytes:
    return range_hash(hash_of, 0, size) if size else EMPTY_ROOT


def range_hash(hash_of: Hashes, start: int, end: int) -> bytes:
    """MTH(D[start:end]), of a range that some tree has as a subtree: ``start`` is a multiple of its size's
    next power of two.
    """
    return _join(hash_of(height, index) for height, index in _complete(start, end))


def _complete(start: int, end: int) -> Iterable[tuple[int, int]]:
    """The complete subtrees, largest first, that a range falls into."""
    while start < end:
        height = (end - start).bit_length() - 1
        yield height, start >> height
        start += 1 << height


def _join(hashes: Iterable[bytes]) -> bytes:
    first, *rest = reversed(list(hashes))
    for left in rest:
        first = node_hash(left, first)
    return first


def inclusion_proof(hash_of: Hashes, index: int, size: int) -> list[bytes]:
    """PATH(index, D[size]) of section 2.1.3.1. ValueError when the tree has no such leaf."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    return [range_hash(hash_of, start, end) for start, end in _siblings(index, 0, size)]


def _siblings(index: int, start: int, end: int) -> list[tuple[int, int]]:
    found = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def consistency_proof(hash_of: Hashes, first: int, second: int) -> list[bytes]:
    """PROOF(first, D[second]) of section 2.1.4.1. Empty between a tree and itself, and from the empty tree.

    ValueError when ``first`` is larger.
    """
    if not 0 <= first <= second:
        raise ValueError(f"a tree of {second} leaves does not come after one of {first}")
    if first in (0, second):
        return []
    start, end, found, known = 0, second, list[tuple[int, int]](), True
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start, known = middle, False
    return [range_hash(hash_of, *part) for part in ([] if known else [(start, end)]) + found[::-1]]


def _split(size: int) -> int:
    """The largest power of two smaller than ``size``."""
    return 1 << ((size - 1).bit_length() - 1)


def is_included(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Section 2.1.3.2: whether the leaf with this hash stands at ``index`` in the tree with this root."""
    if not 0 <= index < size:
        return False
    position, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            found = node_hash(sibling, found)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(
    *, first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Section 2.1.4.2: whether the tree of ``second`` leaves begins with that of ``first``."""
    if not 0 <= first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    if first == 0:
        return not proof and first_root == EMPTY_ROOT
    path = list(proof)
    if first & (first - 1) == 0:
        path.insert(0, first_root)
    if not path:
        return False
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


class Frontier:
    """The complete subtrees that a tree falls into, from left to right: all that its next leaf needs."""

    def __init__(self, hash_of: Hashes, size: int) -> None:
        self.size = size
        self.hashes = [hash_of(height, index) for height, index in _complete(0, size)]

    def push(self, leaf: bytes) -> None:
        """The next leaf (its hash). As many subtrees join as ``size`` ends in ones."""
        found, size = leaf, self.size
        while size & 1:
            found, size = node_hash(self.hashes.pop(), found), size >> 1
        self.hashes.append(found)
        self.size += 1

    def root(self) -> bytes:
        return _join(self.hashes) if self.hashes else EMPTY_ROOT
