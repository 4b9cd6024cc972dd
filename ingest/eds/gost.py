"""GOST R 34.10-2012 signatures of 512 bits on id-tc26-gost-3410-12-512-paramSetA (RFC 7091, RFC 7836).

Kazakhstan names them "GOST 34.10-2015 (512)": other OIDs and another order of bytes, the same mathematics.
All numbers travel little-endian: a public key is x ‖ y, a signature r ‖ s, a digest is read as it was hashed.

Not in constant time: checking needs no secret, and signing serves the demonstration and the tests only.
"""

import secrets
from collections.abc import Iterator
from functools import lru_cache

from ingest.eds.streebog import DIGEST_BYTES, streebog_512

__all__ = ["is_public_key", "public_key", "sign", "streebog_512", "verify"]

NUMBER_BYTES = 64
KEY_BYTES = SIGNATURE_BYTES = 2 * NUMBER_BYTES

# RFC 7836, appendix A.1. The coefficient a is p − 3.
P = 2**512 - 569
B = int(
    "E8C2505DEDFC86DDC1BD0B2B6667F1DA34B82574761CB0E879BD081CFD0B6265"
    "EE3CB090F30D27614CB4574010DA90DD862EF9D4EBEE4761503190785A71C760",
    16,
)
Q = int("F" * 64 + "27E69532F48D89116FF22B8D4E0560609B4B38ABFAD2B85DCACDB1411F10B275", 16)
BASE = (
    3,
    int(
        "7503CFE87A836AE3A61B8816E25450E6CE5E1C93ACF1ABC1778064FDCBEFA921"
        "DF1626BE4FD036E93D75E6A50E3A41E98028FE5FC235F5B889A589CB5215F2A4",
        16,
    ),
)

Affine = tuple[int, int]
# Jacobian coordinates: x = X/Z², y = Y/Z³; Z = 0 is the point at infinity.
Jacobian = tuple[int, int, int]
INFINITY: Jacobian = (1, 1, 0)

# Bits of a window: of the table of a lasting key, and of the odd multiples of a key that is seen once.
TABLE_WINDOW = 5
WINDOW = 5
TABLE_ROWS = 512 // TABLE_WINDOW + 1

_LOW = 2**512 - 1


def _reduced(number: int) -> int:
    """A number congruent modulo p and below 2^513 in size: 2^512 ≡ 569, so two folds take the place of a
    division, which is three times as long.
    """
    number = (number & _LOW) + 569 * (number >> 512)
    return (number & _LOW) + 569 * (number >> 512)


def _on_curve(point: Affine) -> bool:
    x, y = point
    return (y * y - (x * x * x - 3 * x + B)) % P == 0


if not _on_curve(BASE):
    raise AssertionError("the base point of GOST 34.10-2012 (512, A) does not lie on its curve")


def _double(point: Jacobian) -> Jacobian:
    """EFD dbl-2001-b, for a = −3."""
    x, y, z = point
    delta = _reduced(z * z)
    gamma = _reduced(y * y)
    beta = _reduced(x * gamma)
    alpha = _reduced(3 * (x - delta) * (x + delta))
    new_x = _reduced(alpha * alpha - 8 * beta)
    return new_x, _reduced(alpha * (4 * beta - new_x) - 8 * gamma * gamma), _reduced(2 * y * z)


def _add(point: Jacobian, other: Affine) -> Jacobian:
    """EFD madd, with the cases that its formulas leave out: infinity, the same point, the opposite one."""
    x, y, z = point
    other_x, other_y = other
    if not z % P:
        return other_x, other_y, 1
    zz = _reduced(z * z)
    h = (other_x * zz - x) % P
    r = _reduced(other_y * _reduced(z * zz) - y)
    if not h:
        return INFINITY if r % P else _double(point)
    hh = _reduced(h * h)
    hhh = _reduced(h * hh)
    v = _reduced(x * hh)
    new_x = _reduced(r * r - hhh - 2 * v)
    return new_x, _reduced(r * (v - new_x) - y * hhh), _reduced(z * h)


def _affine(points: list[Jacobian]) -> list[Affine]:
    """The same points, none of them infinity, with one inversion for all (Montgomery's trick)."""
    products = [1]
    for _, _, z in points:
        products.append(_reduced(products[-1] * z))
    inverse = pow(products[-1], -1, P)
    result = []
    for (x, y, z), product in zip(reversed(points), reversed(products[:-1]), strict=True):
        one = _reduced(inverse * product)
        inverse = _reduced(inverse * z)
        square = _reduced(one * one)
        result.append((x * square % P, y * _reduced(square * one) % P))
    return result[::-1]


@lru_cache(maxsize=32)
def _table(point: Affine) -> list[list[Affine]]:
    """Row i holds 1 to 2^(w−1) times 2^(wi)·point: a multiple is then a sum of one point of each row."""
    half = 1 << TABLE_WINDOW - 1
    multiples: list[Jacobian] = []
    base = point
    for _ in range(TABLE_ROWS):
        running: Jacobian = (*base, 1)
        multiples.append(running)
        for _ in range(half - 1):
            running = _add(running, base)
            multiples.append(running)
        base = _affine([_double(running)])[0]
    flat = _affine(multiples)
    return [flat[start : start + half] for start in range(0, len(flat), half)]


def _table_multiple(number: int, point: Affine, start: Jacobian) -> Jacobian:
    """start + number · point, 0 ≤ number < 2^512, with the table of the point and without a doubling."""
    full, half = 1 << TABLE_WINDOW, 1 << TABLE_WINDOW - 1
    total = start
    for row in _table(point):
        digit = number & full - 1
        number >>= TABLE_WINDOW
        if digit > half:
            digit -= full
            number += 1
        if digit > 0:
            total = _add(total, row[digit - 1])
        elif digit < 0:
            x, y = row[-digit - 1]
            total = _add(total, (x, -y))
    return total


def _digits(number: int) -> Iterator[int]:
    """The non-adjacent form of width WINDOW, lowest digit first: zero or odd, below 2^(w−1) in size."""
    full, half = 1 << WINDOW, 1 << WINDOW - 1
    while number:
        digit = 0
        if number & 1:
            digit = number & full - 1
            if digit >= half:
                digit -= full
            number -= digit
        yield digit
        number >>= 1


def _multiple(number: int, point: Affine) -> Jacobian:
    """number · point for a point that is seen once."""
    twice = _affine([_double((*point, 1))])[0]
    running: Jacobian = (*point, 1)
    odd = [running]
    for _ in range((1 << WINDOW - 2) - 1):
        running = _add(running, twice)
        odd.append(running)
    multiples = _affine(odd)
    total = INFINITY
    for digit in reversed(list(_digits(number))):
        total = _double(total)
        if digit > 0:
            total = _add(total, multiples[digit >> 1])
        elif digit < 0:
            x, y = multiples[-digit >> 1]
            total = _add(total, (x, -y))
    return total


def _point(public: bytes) -> Affine | None:
    """The point of a public key, or None. The group has prime order: every point of the curve is in it."""
    if len(public) != KEY_BYTES:
        return None
    point = (
        int.from_bytes(public[:NUMBER_BYTES], "little"),
        int.from_bytes(public[NUMBER_BYTES:], "little"),
    )
    return point if max(point) < P and _on_curve(point) else None


def is_public_key(public: bytes) -> bool:
    """Whether 128 bytes are a point of the curve, as x ‖ y."""
    return _point(public) is not None


def _hash_number(digest: bytes) -> int:
    """e of RFC 7091, 6.1 step 2."""
    if len(digest) != DIGEST_BYTES:
        raise ValueError(f"a digest has {DIGEST_BYTES} bytes, not {len(digest)}")
    return int.from_bytes(digest, "little") % Q or 1


def verify(public: bytes, digest: bytes, signature: bytes, *, lasting: bool = False) -> bool:
    """Whether ``signature`` (r ‖ s, 128 bytes) is of ``digest`` (64 bytes) by the key ``public`` (x ‖ y).

    False also for a key that is no point of the curve and for numbers out of range. A ``lasting`` key (of an
    authority) keeps a table of 0.3 MB: 25 ms the first time, less than half the time of others afterwards.
    """
    point = _point(public)
    if point is None or len(signature) != SIGNATURE_BYTES:
        return False
    r = int.from_bytes(signature[:NUMBER_BYTES], "little")
    s = int.from_bytes(signature[NUMBER_BYTES:], "little")
    if not (0 < r < Q and 0 < s < Q):
        return False
    inverse = pow(_hash_number(digest), -1, Q)
    by_key = -r * inverse % Q
    start = _table_multiple(by_key, point, INFINITY) if lasting else _multiple(by_key, point)
    total = _table_multiple(s * inverse % Q, BASE, start)
    if not total[2] % P:
        return False
    return _affine([total])[0][0] % Q == r


def public_key(private: int) -> bytes:
    """x ‖ y of the key ``private``, 0 < private < q; ValueError outside."""
    if not 0 < private < Q:
        raise ValueError("a private key lies between 0 and the order of the group")
    x, y = _affine([_table_multiple(private, BASE, INFINITY)])[0]
    return x.to_bytes(NUMBER_BYTES, "little") + y.to_bytes(NUMBER_BYTES, "little")


def sign(private: int, digest: bytes) -> bytes:
    """r ‖ s of ``digest`` (RFC 7091, 6.1) with a fresh random nonce."""
    if not 0 < private < Q:
        raise ValueError("a private key lies between 0 and the order of the group")
    e = _hash_number(digest)
    while True:
        nonce = secrets.randbelow(Q - 1) + 1
        r = _affine([_table_multiple(nonce, BASE, INFINITY)])[0][0] % Q
        s = (r * private + nonce * e) % Q
        if r and s:
            return r.to_bytes(NUMBER_BYTES, "little") + s.to_bytes(NUMBER_BYTES, "little")
