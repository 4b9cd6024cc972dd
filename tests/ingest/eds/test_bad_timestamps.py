"""Timestamps that prove nothing: each is refused with the code it deserves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from ingest.authority import cms, extensions, oids, profiles, timestamps
from ingest.authority.authority import Authority
from ingest.authority.certificates import Certified
from ingest.authority.der import null, octets, oid, sequence
from ingest.authority.profiles import Algorithm, Validity
from ingest.eds.refusals import SENTENCES
from tests.fakes.authority import authority_of, citizen_of, impostor_of, spare_key
from tests.fakes.weak_keys import Sha1Key
from tests.ingest.eds.verifying import ACCEPTED, TEXT, outcome, verified

# Gives the token over the octets of a signature.
Stamp = Callable[[bytes], bytes]
Case = Callable[[Authority], Stamp]


def by(tsa: Callable[[Authority], Certified]) -> Case:
    """A right token by a wrong service."""
    return lambda authority: replace(authority, tsa=tsa(authority)).token


def saying(**changed: Any) -> Case:
    return lambda authority: lambda data: authority.token(data, **changed)


def at(delay: timedelta) -> Case:
    return lambda authority: authority.at(authority.clock() + delay).token


def service(*present: bytes, validity: Validity | None = None) -> Callable[[Authority], Certified]:
    """A service of the authority with other extensions or another validity."""

    def make(authority: Authority) -> Certified:
        good = profiles.timestamping(
            authority.algorithm, validity or profiles.years(authority.clock() - timedelta(days=1), 1)
        )
        profile = replace(good, extensions=present or good.extensions)
        return authority.issue(profile, key=spare_key(authority.algorithm))

    return make


def expired(authority: Authority) -> Certified:
    now = authority.clock()
    return service(validity=Validity(now - timedelta(days=9), now - timedelta(days=1)))(authority)


def another_key(authority: Authority) -> Certified:
    return replace(authority.tsa, key=spare_key(authority.algorithm))


def without_certificate(authority: Authority) -> Stamp:
    return lambda data: timestamps.token(
        stamp_of(authority, data), tsa=authority.tsa, encloses_certificate=False
    )


def stamp_of(authority: Authority, data: bytes) -> timestamps.Stamp:
    key = authority.tsa.key
    policy = profiles.timestamp_policy(authority.algorithm)
    return timestamps.Stamp(key.digest_algorithm, key.digest(data), authority.clock(), policy)


def a_document(authority: Authority) -> Stamp:
    """A signature of the service over a document, which is no token."""
    return lambda data: cms.signed_message(
        cms.Message(
            content=data,
            enclosed=data,
            attributes=cms.attributes(data, signer=authority.tsa, at=authority.clock()),
            certificates=(authority.tsa.certificate,),
            signature_algorithm=authority.tsa.key.signature_algorithm,
        ),
        signer=authority.tsa,
    )


def imprint_by_sha1(authority: Authority) -> Stamp:
    algorithm = sequence(oid(oids.SHA1), null())
    digest = Sha1Key.digest
    return lambda data: authority.token(data, algorithm=algorithm, imprint=digest(None, data))  # type: ignore[arg-type]


STAMPING = extensions.extended_key_usage(oids.TIME_STAMPING, critical=True)
TIMESTAMPS: dict[str, tuple[str, Case]] = {
    "over another signature": ("timestamp_imprint", lambda authority: lambda data: authority.token(b"other")),
    "over the text, not the signature": ("timestamp_imprint", lambda a: lambda data: a.token(TEXT)),
    "with a hash of SHA-1": ("timestamp_imprint", imprint_by_sha1),
    "of before the request": ("timestamp_time", at(-timedelta(hours=1))),
    "of the future": ("timestamp_time", at(timedelta(hours=1))),
    "by another policy": ("timestamp_policy", saying(policy="1.2.398.3.3.2.6.1")),
    "by a citizen": ("timestamp_authority", by(lambda a: citizen_of(a.algorithm))),
    "by the responder": ("timestamp_authority", by(lambda a: a.responder)),
    "by the issuing authority itself": ("timestamp_authority", by(lambda a: a.issuing)),
    "by a stranger": ("timestamp_authority", by(lambda a: impostor_of(a.algorithm).tsa)),
    "by an expired service": ("timestamp_authority", by(expired)),
    "by a service whose purpose is not critical": (
        "timestamp_authority",
        by(service(extensions.extended_key_usage(oids.TIME_STAMPING))),
    ),
    "by a service with another purpose besides": (
        "timestamp_authority",
        by(service(extensions.extended_key_usage(oids.TIME_STAMPING, oids.EMAIL_PROTECTION, critical=True))),
    ),
    "by a service that may not sign": (
        "timestamp_authority",
        by(service(STAMPING, extensions.key_usage(extensions.KEY_ENCIPHERMENT))),
    ),
    "without the service's certificate": ("timestamp_authority", without_certificate),
    "forged": ("timestamp_signature", by(another_key)),
    "a document that the service has signed": ("timestamp_malformed", a_document),
    "an octet string": ("malformed", lambda authority: lambda data: octets(b"")),
    "a certificate": ("timestamp_malformed", lambda authority: lambda data: authority.tsa.certificate),
}


@pytest.mark.parametrize("name", TIMESTAMPS)
def test_a_bad_timestamp_is_refused(algorithm: Algorithm, name: str) -> None:
    code, case = TIMESTAMPS[name]
    stamp = case(authority_of(algorithm))
    assert outcome(citizen_of(algorithm).sign(TEXT, stamp=stamp)) == code
    assert code in SENTENCES


def test_a_timestamp_may_be_of_the_other_algorithm(algorithm: Algorithm) -> None:
    stamped_by = authority_of("rsa" if algorithm == "gost" else "gost")
    assert outcome(citizen_of(algorithm).sign(TEXT, stamp=stamped_by.token)) == ACCEPTED


def test_without_a_timestamp_the_time_is_that_of_receipt(algorithm: Algorithm) -> None:
    signature = citizen_of(algorithm).sign(TEXT, timestamp=False)
    received_at: datetime = authority_of(algorithm).clock()
    found = verified(signature, received_at=received_at)
    assert (found.reference_time, found.timestamp_time) == (received_at, None)
    assert outcome(signature, requires_timestamp=True) == "timestamp_missing"


def test_a_timestamp_of_before_the_end_keeps_an_expired_key(algorithm: Algorithm) -> None:
    """Signed in time and received late: the token says when the signature was there."""
    authority = authority_of(algorithm)
    now = authority.clock()
    start, end = now - timedelta(days=1), now - timedelta(minutes=1)
    subject = [(oids.COMMON_NAME, "ОМАРОВ АСҚАР"), (oids.SERIAL_NUMBER, "IIN900101300017")]
    profile = authority.leaf(subject, oids.INDIVIDUAL, validity=Validity(start, end))
    holder = authority.issue(profile, key=spare_key(algorithm))
    then = end - timedelta(minutes=1)
    assert outcome(holder.sign(TEXT, signing_time=then, stamp=authority.at(then).token)) == ACCEPTED
    assert outcome(holder.sign(TEXT, signing_time=then)) == "expired"
    assert outcome(holder.sign(TEXT, signing_time=then, timestamp=False)) == "expired"
