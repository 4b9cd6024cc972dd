"""Keys that sign as nobody should any more; the authority itself knows none of them."""

import hashlib
import secrets
from dataclasses import dataclass
from functools import cached_property

import gostcrypto
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from ingest.authority import oids
from ingest.authority.der import context, integer, null, octets, oid, sequence
from ingest.authority.keys import RsaKey

CURVES = gostcrypto.gostsignature.CURVES_R_1323565_1_024_2019
RSA_PSS, MGF1 = "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8"


@dataclass(frozen=True)
class Sha1Key(RsaKey):
    signature_algorithm: bytes = sequence(oid(oids.RSA_SHA1), null())
    digest_algorithm: bytes = sequence(oid(oids.SHA1), null())

    def digest(self, data: bytes) -> bytes:
        return hashlib.sha1(data, usedforsecurity=False).digest()

    def sign(self, data: bytes) -> bytes:
        return self.private.sign(data, padding.PKCS1v15(), hashes.SHA1())


@dataclass(frozen=True)
class PssKey(RsaKey):
    """RSASSA-PSS (RFC 4055), which the national authority does not issue."""

    signature_algorithm: bytes = sequence(
        oid(RSA_PSS),
        sequence(
            context(0, sequence(oid(oids.SHA256), null())),
            context(1, sequence(oid(MGF1), sequence(oid(oids.SHA256), null()))),
            context(2, integer(32)),
        ),
    )

    def sign(self, data: bytes) -> bytes:
        return self.private.sign(data, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())


@dataclass(frozen=True)
class Gost256Key:
    """GOST 34.10-2015 of 256 bits, computed by gostcrypto."""

    private: bytes
    algorithm: bytes = sequence(
        oid("1.2.398.3.10.1.1.2.1"), sequence(oid("1.2.398.3.10.1.1.2.1.1"), oid("1.2.398.3.10.1.3.2"))
    )
    signature_algorithm: bytes = sequence(oid("1.2.398.3.10.1.1.2.3.1"), null())
    digest_algorithm: bytes = sequence(oid("1.2.398.3.10.1.3.2"), null())

    @classmethod
    def new(cls) -> "Gost256Key":
        return cls(b"\x01" + secrets.token_bytes(31))

    @cached_property
    def public(self) -> bytes:
        return octets(bytes(self._curve().public_key_generate(bytearray(self.private))))

    def digest(self, data: bytes) -> bytes:
        return bytes(gostcrypto.gosthash.new("streebog256", data=data).digest())

    def sign(self, data: bytes) -> bytes:
        return bytes(self._curve().sign(bytearray(self.private), bytearray(self.digest(data))))

    def stored(self) -> bytes:
        return self.private

    def _curve(self) -> gostcrypto.gostsignature.GOST34102012:
        return gostcrypto.gostsignature.new(
            gostcrypto.gostsignature.MODE_256, CURVES["id-tc26-gost-3410-2012-256-paramSetA"]
        )
