"""Distinguished encoding (X.690) of the few types that certificates and signatures are made of.

Each function gives the whole element: tag, length, content.
"""

from datetime import UTC, datetime

SEQUENCE, SET = 0x30, 0x31
OCTET_STRING, BIT_STRING = 0x04, 0x03


def element(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content


def sequence(*items: bytes) -> bytes:
    return element(SEQUENCE, b"".join(items))


def set_of(*items: bytes) -> bytes:
    """In ascending order of their encodings (X.690 11.6)."""
    return element(SET, b"".join(sorted(items)))


def context(number: int, content: bytes, *, primitive: bool = False) -> bytes:
    """``[number]``: explicit when ``content`` is an element, implicit when it is the content of one."""
    return element((0x80 if primitive else 0xA0) | number, content)


def content_of(encoded: bytes) -> bytes:
    """What is inside one element: for implicit tags, which replace its tag."""
    first = encoded[1]
    return encoded[2:] if first < 0x80 else encoded[2 + (first & 0x7F) :]


def integer(value: int, *, tag: int = 0x02) -> bytes:
    return element(tag, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def enumerated(value: int) -> bytes:
    return integer(value, tag=0x0A)


def boolean(value: bool) -> bytes:
    return element(0x01, b"\xff" if value else b"\x00")


def null() -> bytes:
    return b"\x05\x00"


def octets(content: bytes) -> bytes:
    return element(OCTET_STRING, content)


def bits(content: bytes, *, unused: int = 0) -> bytes:
    return element(BIT_STRING, bytes((unused,)) + content)


def named_bits(*numbers: int) -> bytes:
    """A bit string of names: bit 0 is the first, and zeros at the end are left out (X.690 11.2.2)."""
    size = max(numbers) + 1
    value = sum(1 << (size - 1 - number) for number in numbers)
    unused = -size % 8
    return bits((value << unused).to_bytes((size + 7) // 8, "big"), unused=unused)


def oid(dotted: str) -> bytes:
    first, second, *others = (int(arc) for arc in dotted.split("."))
    return element(0x06, b"".join(_base_128(arc) for arc in (first * 40 + second, *others)))


def _base_128(arc: int) -> bytes:
    groups = [arc & 0x7F]
    while arc := arc >> 7:
        groups.append(0x80 | arc & 0x7F)
    return bytes(reversed(groups))


def utf8(text: str) -> bytes:
    return element(0x0C, text.encode())


def printable(text: str) -> bytes:
    return element(0x13, text.encode("ascii"))


def ia5(text: str) -> bytes:
    return element(0x16, text.encode("ascii"))


def generalized_time(moment: datetime) -> bytes:
    return element(0x18, moment.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode())


def time(moment: datetime) -> bytes:
    """UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280 4.1.2.5)."""
    moment = moment.astimezone(UTC)
    if moment.year >= 2050:
        return generalized_time(moment)
    return element(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())
