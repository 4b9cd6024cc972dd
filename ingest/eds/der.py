"""A guard before any parser: bytes are DER, small and shallow, or they are refused.

asn1crypto is lenient (lengths that are not minimal, deep nesting, booleans of any value), so that different
bytes may mean the same. Here each structure has exactly one encoding: no bit of what is stored means nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ingest.eds.refusals import Refusal

# The deepest structure of the national profile, a name in a certificate in a signature, is 11 deep.
MAX_DEPTH = 24
# A signature with a timestamp and eight certificates has some 900; a bomb of empty elements has one a byte or
# two.
MAX_ELEMENTS = 8000

CONSTRUCTED = 0x20
# A constructed tag of the structure itself: [0], [1] and so on.
EXPLICIT = 0xA0
OCTET_STRING = 0x04
SEQUENCE_OR_SET = {0x10, 0x11}
# What a parser may raise over bytes that are not what they claim. cryptography adds none that is not among
# them.
BROKEN = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError)


@contextmanager
def refusing(code: str) -> Iterator[None]:
    """Any failure of a parser inside is the refusal ``code``; also a decorator. A refusal passes as it is."""
    try:
        yield
    except Refusal:
        raise
    except BROKEN:
        # Without the cause: it may quote the bytes of a certificate.
        raise Refusal(code) from None


@contextmanager
def renamed(code: str) -> Iterator[None]:
    """Any refusal inside is the refusal ``code``: of a part, as the reader of the whole has to hear it."""
    try:
        yield
    except (Refusal, *BROKEN):
        raise Refusal(code) from None


def check(data: bytes) -> bytes:
    """The same bytes if they are one element in DER; ValueError otherwise."""
    if from_ber(data) != data:
        raise ValueError("not DER")
    return data


def from_ber(data: bytes) -> bytes:
    """One element as DER. Indefinite lengths and split octet strings (BouncyCastle writes them, and what is
    built on it may) are rewritten; whatever else is not DER raises ValueError.
    """
    walk = _Walk(data)
    encoded, end = walk.element(0, len(data), depth=0)
    if end != len(data):
        raise ValueError("bytes after the end")
    return encoded


def exact(sequence: Any) -> Any:
    """An asn1crypto Sequence that holds its fields and nothing else, ValueError otherwise.

    asn1crypto passes over what follows the last field, so that a part with a wrong tag would be as good as
    absent, and over what follows the one value inside an explicit tag.
    """
    options = [field[2] for field in sequence._fields if len(field) > 2]
    explicit = {EXPLICIT | option["explicit"] for option in options if "explicit" in option}
    for element in _elements(sequence.contents):
        if element[0] in explicit and len(_elements(_body(element))) != 1:
            raise ValueError("more than one value inside an explicit tag")
    if len(sequence) != len(sequence._fields):
        raise ValueError("more elements than there are fields")
    return sequence


def _elements(data: bytes) -> list[bytes]:
    """The elements that follow one another in contents that have passed ``check``."""
    elements, start = [], 0
    while start < len(data):
        first, begin = data[start + 1], start + 2
        if first >= 0x80:
            begin += first & 0x7F
            first = int.from_bytes(data[start + 2 : begin], "big")
        elements.append(data[start : begin + first])
        start = begin + first
    return elements


def _body(element: bytes) -> bytes:
    return element[2 if element[1] < 0x80 else 2 + (element[1] & 0x7F) :]


class _Walk:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.elements = 0

    def element(self, start: int, limit: int, *, depth: int) -> tuple[bytes, int]:
        """The DER of the element at ``start`` and where it ends."""
        self.elements += 1
        if depth > MAX_DEPTH or self.elements > MAX_ELEMENTS:
            raise ValueError("too deep or too many elements")
        tag = self.data[start] if start < limit else 0
        if not tag or tag & 0x1F == 0x1F:
            raise ValueError("no tag of the structures that are known here")
        length, begin = self._length(start + 1, limit)
        if length is None:
            if not tag & CONSTRUCTED:
                raise ValueError("an indefinite length of something primitive")
            children, end = self._until_end(begin, limit, depth=depth)
        else:
            end = begin + length
            if not tag & CONSTRUCTED:
                body = self.data[begin:end]
                _check_primitive(tag, body)
                return self.data[start:end], end
            children = self._children(begin, end, depth=depth)
        if tag == CONSTRUCTED | OCTET_STRING:
            return _encoded(OCTET_STRING, b"".join(_octets(child) for child in children)), end
        if tag < 0x40 and tag & 0x1F not in SEQUENCE_OR_SET:
            raise ValueError("a constructed element that must be primitive")
        return _encoded(tag, b"".join(children)), end

    def _children(self, start: int, end: int, *, depth: int) -> list[bytes]:
        children = []
        while start < end:
            child, start = self.element(start, end, depth=depth + 1)
            children.append(child)
        return children

    def _until_end(self, start: int, limit: int, *, depth: int) -> tuple[list[bytes], int]:
        children = []
        while self.data[start : start + 2] != b"\0\0":
            child, start = self.element(start, limit, depth=depth + 1)
            children.append(child)
        if start + 2 > limit:
            raise ValueError("the end of an indefinite length lies outside")
        return children, start + 2

    def _length(self, start: int, limit: int) -> tuple[int | None, int]:
        """The length that stands at ``start`` (None: indefinite) and where the contents begin."""
        if start >= limit:
            raise ValueError("cut short")
        first = self.data[start]
        if first == 0x80:
            return None, start + 1
        if first < 0x80:
            length, begin = first, start + 1
        else:
            begin = start + 1 + (first & 0x7F)
            length = int.from_bytes(self.data[start + 1 : begin], "big")
            if begin > limit or length < 0x80 or not self.data[start + 1]:
                raise ValueError("a length that is not minimal")
        if begin + length > limit:
            raise ValueError("cut short")
        return length, begin


def _octets(child: bytes) -> bytes:
    if child[0] != OCTET_STRING:
        raise ValueError("a piece of an octet string that is none")
    return _body(child)


def _encoded(tag: int, body: bytes) -> bytes:
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def _check_primitive(tag: int, body: bytes) -> None:
    """X.690, 10 and 11: the one encoding of the types whose values have several in BER."""
    wrong = False
    if tag == 0x01:
        wrong = body not in (b"\x00", b"\xff")
    elif tag in (0x02, 0x0A):
        wrong = not body or (len(body) > 1 and body[0] in (0x00, 0xFF) and body[0] >> 7 == body[1] >> 7)
    elif tag == 0x03:
        unused = body[0] if body else 8
        wrong = unused > 7 or (unused > 0 and (len(body) < 2 or body[-1] & (1 << unused) - 1 != 0))
    elif tag == 0x05:
        wrong = bool(body)
    elif tag == 0x06:
        starts = b"\0" + body[:-1]
        wrong = (
            not body
            or body[-1] > 0x7F
            or any(a < 0x80 and b == 0x80 for a, b in zip(starts, body, strict=True))
        )
    elif tag < 0x40 and tag in SEQUENCE_OR_SET:
        wrong = True
    if wrong:
        raise ValueError("a value that is not in DER")
