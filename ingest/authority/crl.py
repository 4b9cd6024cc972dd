"""Lists of revoked certificates, full and delta (RFC 5280 section 5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ingest.authority import oids
from ingest.authority.certificates import Certified, key_identifier, signed
from ingest.authority.der import context, enumerated, integer, sequence, time
from ingest.authority.extensions import authority_key, extension
from ingest.authority.register import Event


@dataclass(frozen=True)
class List:
    """What a list says. ``base`` is the number of the full list that a delta builds on."""

    revoked: tuple[Event, ...]
    this_update: datetime
    next_update: datetime
    number: int
    base: int | None = None
    further_extensions: tuple[bytes, ...] = ()


def revocation_list(said: List, *, issuer: Certified) -> bytes:
    """DER of the CertificateList."""
    extensions = [authority_key(key_identifier(issuer.key)), extension(oids.CRL_NUMBER, integer(said.number))]
    if said.base is not None:
        extensions.append(extension(oids.DELTA_CRL_INDICATOR, integer(said.base), critical=True))
    body = sequence(
        integer(1),
        issuer.key.signature_algorithm,
        issuer.subject,
        time(said.this_update),
        time(said.next_update),
        *_entries(said.revoked),
        context(0, sequence(*extensions, *said.further_extensions)),
    )
    return signed(body, issuer.key)


def _entries(revoked: Iterable[Event]) -> list[bytes]:
    """One element with all of them, or none at all: an empty one is forbidden (RFC 5280 5.1.2.6)."""
    entries = [
        sequence(
            integer(event.serial),
            time(event.at),
            sequence(extension(oids.REASON_CODE, enumerated(event.reason))),
        )
        for event in revoked
    ]
    return [sequence(*entries)] if entries else []
