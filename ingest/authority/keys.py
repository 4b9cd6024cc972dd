"""Keys that sign: RSA with SHA-256, and GOST 34.10-2015 (512) with Streebog-512."""

import hashlib
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from ingest.authority import oids
from ingest.authority.der import null, octets, oid, sequence
from ingest.eds import gost

# The national authorities of RSA have 4096, whose keys take seconds to make: nothing of ours needs them.
BITS = 2048


class Key(Protocol):
    """A private key. Algorithms are DER of AlgorithmIdentifier, ``public`` is what subjectPublicKey holds."""

    @property
    def algorithm(self) -> bytes: ...
    @property
    def public(self) -> bytes: ...
    @property
    def signature_algorithm(self) -> bytes: ...
    @property
    def digest_algorithm(self) -> bytes: ...
    def digest(self, data: bytes) -> bytes: ...
    def sign(self, data: bytes) -> bytes: ...
    def stored(self) -> bytes: ...


@dataclass(frozen=True)
class RsaKey:
    """PKCS#1 v1.5, as the national authority's RSA keys sign."""

    private: rsa.RSAPrivateKey = field(repr=False)
    algorithm: bytes = sequence(oid(oids.RSA), null())
    signature_algorithm: bytes = sequence(oid(oids.RSA_SHA256), null())
    digest_algorithm: bytes = sequence(oid(oids.SHA256), null())

    @classmethod
    def new(cls, bits: int = BITS) -> "RsaKey":
        return cls(rsa.generate_private_key(public_exponent=65537, key_size=bits))

    @cached_property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.PKCS1
        )

    def digest(self, data: bytes) -> bytes:
        return hashlib.sha256(data).digest()

    def sign(self, data: bytes) -> bytes:
        return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def stored(self) -> bytes:
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


@dataclass(frozen=True)
class GostKey:
    """The curve and the byte orders of the national authority (see ``ingest.eds.gost``)."""

    private: int = field(repr=False)
    algorithm: bytes = sequence(
        oid(oids.GOST_512_KEY), sequence(oid(oids.GOST_512_PARAMETERS), oid(oids.STREEBOG_512))
    )
    signature_algorithm: bytes = sequence(oid(oids.GOST_512_SIGNATURE), null())
    digest_algorithm: bytes = sequence(oid(oids.STREEBOG_512), null())

    @classmethod
    def new(cls) -> "GostKey":
        return cls(secrets.randbelow(gost.Q - 1) + 1)

    @cached_property
    def public(self) -> bytes:
        return octets(gost.public_key(self.private))

    def digest(self, data: bytes) -> bytes:
        return gost.streebog_512(data)

    def sign(self, data: bytes) -> bytes:
        return gost.sign(self.private, self.digest(data))

    def stored(self) -> bytes:
        return f"{self.private:0128x}\n".encode()


def read_key(stored: bytes) -> Key:
    """The key that ``stored()`` wrote: PKCS#8 in PEM for RSA, 128 hexadecimal digits for GOST."""
    if not stored.startswith(b"-----BEGIN"):
        return GostKey(int(stored, 16))
    private = serialization.load_pem_private_key(stored, password=None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise ValueError("a key of the authority is RSA or GOST")
    return RsaKey(private)
