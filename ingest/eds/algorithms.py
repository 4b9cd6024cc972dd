"""The allow-list: which digests, signatures and keys count, and nothing else (docs/eds.md, "Algorithms").

SHA-1, MD5, GOST 34.310-2004, the 256-bit variants and RSA-PSS are refused by not being here.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from asn1crypto.core import Any, BitString, ObjectIdentifier, OctetString, Sequence
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ingest.eds import gost
from ingest.eds.der import check, exact, refusing
from ingest.eds.refusals import Refusal

NULL = bytes.fromhex("0500")
# The parameters of a GOST key: the curve (paramset A) and Streebog-512, as the national authority writes
# them.
GOST_KEY = "1.2.398.3.10.1.1.2.2"
GOST_KEY_PARAMETERS = bytes.fromhex("3016060a2a830e030a010102020106082a830e030a010303")
GOST_SIGNATURE = "1.2.398.3.10.1.1.2.3.2"
STREEBOG_512 = "1.2.398.3.10.1.3.3"
RSA = "1.2.840.113549.1.1.1"
SHA256 = "2.16.840.1.101.3.4.2.1"
SHA384 = "2.16.840.1.101.3.4.2.2"
SHA512 = "2.16.840.1.101.3.4.2.3"

# Beyond 8192 bits a key costs the time of the server and adds nothing.
RSA_BITS = range(2048, 8192 + 1)

DIGESTS: dict[str, Callable[[bytes], bytes]] = {
    STREEBOG_512: gost.streebog_512,
    SHA256: lambda data: hashlib.sha256(data).digest(),
    SHA384: lambda data: hashlib.sha384(data).digest(),
    SHA512: lambda data: hashlib.sha512(data).digest(),
}
RSA_HASHES: dict[str, hashes.HashAlgorithm] = {
    SHA256: hashes.SHA256(),
    SHA384: hashes.SHA384(),
    SHA512: hashes.SHA512(),
}
# The digest that the OID of a signature names. rsaEncryption names none: it follows the signer's digest.
SIGNATURES = {
    GOST_SIGNATURE: STREEBOG_512,
    "1.2.840.113549.1.1.11": SHA256,
    "1.2.840.113549.1.1.12": SHA384,
    "1.2.840.113549.1.1.13": SHA512,
}
NAMES = {STREEBOG_512: "gost-2015-512", SHA256: "rsa-sha256", SHA384: "rsa-sha384", SHA512: "rsa-sha512"}


class AlgorithmIdentifier(Sequence):
    """That of X.509, without asn1crypto's tables of what it may hold: they know no GOST."""

    _fields = [("algorithm", ObjectIdentifier), ("parameters", Any, {"optional": True})]


class SubjectPublicKeyInfo(Sequence):
    _fields = [("algorithm", AlgorithmIdentifier), ("public_key", BitString)]


@dataclass(frozen=True)
class Algorithm:
    """An AlgorithmIdentifier: the OID and the DER of its parameters, None where there are none."""

    oid: str
    parameters: bytes | None

    @property
    def plain(self) -> bool:
        """Without parameters or with NULL: all that these algorithms may have."""
        return self.parameters in (None, NULL)


def algorithm(der: bytes) -> Algorithm:
    """An AlgorithmIdentifier from its DER; ValueError and the like if it is none."""
    parsed = exact(AlgorithmIdentifier.load(der, strict=True))
    parameters = parsed["parameters"].dump() or None
    return Algorithm(parsed["algorithm"].dotted, parameters)


@dataclass(frozen=True)
class PublicKey:
    """A key of the allow-list: the 128 bytes of a GOST point, or an RSA key."""

    key: bytes | RSAPublicKey
    # The contents of the BIT STRING, which OCSP hashes.
    bits: bytes

    @property
    def is_gost(self) -> bool:
        return isinstance(self.key, bytes)


@refusing("key_not_allowed")
def public_key(spki: bytes) -> PublicKey:
    """The key of a SubjectPublicKeyInfo (DER); refuses ``key_not_allowed``."""
    parsed = exact(SubjectPublicKeyInfo.load(check(spki), strict=True))
    kind = algorithm(parsed["algorithm"].dump())
    unused, bits = parsed["public_key"].contents[0], parsed["public_key"].contents[1:]
    if unused:
        raise Refusal("key_not_allowed")
    if kind == Algorithm(GOST_KEY, GOST_KEY_PARAMETERS):
        point: bytes = OctetString.load(check(bits), strict=True).native
        if not gost.is_public_key(point):
            raise Refusal("key_not_allowed")
        return PublicKey(point, bits)
    if kind != Algorithm(RSA, NULL):
        raise Refusal("key_not_allowed")
    key = load_der_public_key(spki)
    if not isinstance(key, RSAPublicKey) or key.key_size not in RSA_BITS:
        raise Refusal("key_not_allowed")
    return PublicKey(key, bits)


def agreed_digest(signature: Algorithm, digest: Algorithm | None, key: PublicKey) -> str:
    """The OID of the digest that the signature, the signer's digest (if there is one) and the key agree on.

    Refuses ``algorithm_not_allowed`` and ``algorithm_mismatch``.
    """
    named = digest.oid if digest and signature.oid == RSA else SIGNATURES.get(signature.oid)
    if (
        named not in DIGESTS
        or not signature.plain
        or (digest and (digest.oid not in DIGESTS or not digest.plain))
    ):
        raise Refusal("algorithm_not_allowed")
    if (digest and digest.oid != named) or (named == STREEBOG_512) != key.is_gost:
        raise Refusal("algorithm_mismatch")
    return named


def signature_holds(key: PublicKey, digest: str, data: bytes, signature: bytes, *, lasting: bool) -> bool:
    """Whether ``signature`` is that of ``data`` by ``key``; ``digest`` is what ``agreed_digest`` gave.

    ``lasting``: the key is an authority's, worth keeping tables for.
    """
    if isinstance(key.key, bytes):
        return gost.verify(key.key, gost.streebog_512(data), signature, lasting=lasting)
    try:
        key.key.verify(signature, data, PKCS1v15(), RSA_HASHES[digest])
    except InvalidSignature:
        return False
    return True
