"""The path of a certificate: itself, an issuing authority and a root that we pinned. No other shape.

The national hierarchy has two levels, so there is nothing to build or to search for, and certificates that a
client offers cannot take part (RFC 5280, 6.1, for a path of known length).
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from ingest.eds.certificates import Certificate, certificate, is_issued_by, pinned
from ingest.eds.policy import Anchors
from ingest.eds.refusals import Refusal


@dataclass(frozen=True)
class Path:
    leaf: Certificate
    authority: Certificate
    root: Certificate

    @property
    def der(self) -> tuple[bytes, bytes, bytes]:
        return self.leaf.der, self.authority.der, self.root.der

    def is_demo(self, anchors: Anchors) -> bool:
        return not anchors.demo.isdisjoint((self.authority.sha256, self.root.sha256))


def find_path(leaf: Certificate, anchors: Anchors) -> Path:
    """The path of ``leaf``, whatever the time. Refuses what is wrong with the certificates in it."""
    authority = _issuer(leaf, anchors)
    _check_leaf(leaf)
    return Path(leaf, authority, _root(authority.der, anchors.roots))


def _check_leaf(leaf: Certificate) -> None:
    if leaf.not_understood:
        raise Refusal("critical_extension")
    if leaf.is_authority:
        raise Refusal("authority_not_allowed")


def check_validity(path: Path, moment: datetime) -> None:
    """Refuses what is not valid at ``moment`` (aware)."""
    if moment < path.leaf.not_before:
        raise Refusal("not_yet_valid")
    if moment > path.leaf.not_after:
        raise Refusal("expired")
    if not (path.authority.is_valid_at(moment) and path.root.is_valid_at(moment)):
        raise Refusal("authority_expired")


def _issuer(leaf: Certificate, anchors: Anchors) -> Certificate:
    candidates = [
        authority for authority in map(pinned, anchors.authorities) if authority.subject == leaf.issuer
    ]
    if not candidates:
        raise Refusal("unknown_issuer")
    for authority in candidates:
        if is_issued_by(leaf, authority):
            return authority
    raise Refusal("certificate_forged")


@lru_cache(maxsize=64)
def _root(authority: bytes, roots: tuple[bytes, ...]) -> Certificate:
    """The root of an issuing authority (DER); asked once for each, since both are pinned."""
    child = pinned(authority)
    for root in map(pinned, roots):
        if is_issued_by(child, root):
            for parent, below in ((root, 1), (child, 0)):
                _check_authority(parent, below=below)
            return root
    raise Refusal("unknown_issuer")


def _check_authority(authority: Certificate, *, below: int) -> None:
    """``below``: how many authorities stand between this one and the leaf."""
    if authority.not_understood:
        raise Refusal("critical_extension")
    long_enough = authority.path_length is None or authority.path_length >= below
    may_sign = authority.key_usage is not None and "key_cert_sign" in authority.key_usage
    if not (authority.is_authority and may_sign and long_enough):
        raise Refusal("authority_not_allowed")


@lru_cache(maxsize=256)
def stamping_path(der: bytes, anchors: Anchors) -> Path:
    """The path of a timestamping authority's certificate, found once for each of them.

    Time is to be asked every time, and purpose before: people's certificates have no place in the cache.
    """
    return find_path(certificate(der), anchors)


@lru_cache(maxsize=256)
def appointed(der: bytes, authority: bytes) -> Certificate:
    """The certificate of a responder that the pinned ``authority`` (DER) appointed, checked once for each.

    Time and purpose as above. Refuses what is wrong with it.
    """
    child = certificate(der)
    if not is_issued_by(child, pinned(authority)):
        raise Refusal("certificate_forged")
    _check_leaf(child)
    return child
