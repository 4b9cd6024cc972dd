"""Bad certificates and people who may not: each is refused with the code it deserves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ingest.authority import cms, extensions, names, oids
from ingest.authority.authority import Authority
from ingest.authority.certificates import Profile, certify
from ingest.authority.der import null, sequence
from ingest.authority.holders import Holder
from ingest.authority.keys import Key, RsaKey
from ingest.authority.profiles import Algorithm, Validity
from ingest.eds.policy import Purpose, Role
from ingest.eds.refusals import SENTENCES
from tests.fakes.authority import (
    BIN,
    IIN,
    OTHER_IIN,
    anchors_of,
    authority_of,
    citizen_of,
    head_of,
    impostor_of,
    spare_key,
)
from tests.fakes.weak_keys import Gost256Key, Sha1Key
from tests.ingest.eds.verifying import ACCEPTED, TEXT, outcome, verified

WHO = {"iin": IIN, "surname": "ОМАРОВ", "given_name": "АСҚАР"}
PERSON = names.person(**WHO)
HEAD = names.representative(**WHO, organisation="ЖШС «Ақ жол»", bin=BIN)
UNKNOWN = extensions.extension("1.2.398.99.1", null(), critical=True)
Make = Callable[[Authority], Holder]


def made(authority: Authority, profile: Profile, **options: Any) -> Holder:
    key: Key = options.pop("key", None) or spare_key(authority.algorithm)
    return authority.issue(replace(profile, **options), key=key)


def named(subject: list[tuple[str, str]], *roles: str) -> Make:
    """A signing key with that subject, of an individual unless roles are given."""
    return lambda authority: made(authority, authority.leaf(subject, *(roles or (oids.INDIVIDUAL,))))


def extended(*extra: bytes) -> Make:
    def make(authority: Authority) -> Holder:
        profile = authority.leaf(PERSON, oids.INDIVIDUAL)
        return made(authority, profile, extensions=(*profile.extensions, *extra))

    return make


def only(*present: bytes) -> Make:
    return lambda authority: made(authority, authority.leaf(PERSON, oids.INDIVIDUAL), extensions=present)


def valid(start: timedelta, end: timedelta) -> Make:
    def make(authority: Authority) -> Holder:
        validity = Validity(authority.clock() + start, authority.clock() + end)
        return made(authority, authority.leaf(PERSON, oids.INDIVIDUAL, validity=validity))

    return make


def of_impostor(authority: Authority) -> Holder:
    """An authority that calls itself as ours does."""
    impostor = impostor_of(authority.algorithm)
    return impostor.issue(impostor.leaf(PERSON, oids.INDIVIDUAL), key=spare_key(authority.algorithm))


def issued_by(subject: bytes, key: Key) -> Make:
    def make(authority: Authority) -> Holder:
        profile = authority.leaf(PERSON, oids.INDIVIDUAL)
        leaf = spare_key(authority.algorithm)
        return authority.holder(certify(profile, key=leaf, issuer=subject, issuer_key=key))

    return make


def by_root(authority: Authority) -> Holder:
    return issued_by(authority.root.subject, authority.root.key)(authority)


def by_citizen(authority: Authority) -> Holder:
    citizen = citizen_of(authority.algorithm)
    return issued_by(citizen.subject, citizen.key)(authority)


def by_itself(authority: Authority) -> Holder:
    return issued_by(names.name(*PERSON), spare_key(authority.algorithm))(authority)


def with_negative_number(authority: Authority) -> Holder:
    """The first byte of the serial number, which follows the version 3, has the bit of the sign."""
    citizen = citizen_of(authority.algorithm)
    changed, version = bytearray(citizen.certificate), bytes.fromhex("a003020102")
    changed[changed.index(version) + len(version) + 2] = 0xB0
    return replace(citizen, certificate=bytes(changed))


SIGNING = extensions.key_usage(extensions.DIGITAL_SIGNATURE, extensions.NON_REPUDIATION)
ROLES = extensions.extended_key_usage(oids.EMAIL_PROTECTION, oids.INDIVIDUAL)
IIN_ONLY = (oids.SERIAL_NUMBER, f"IIN{IIN}")

CERTIFICATES: dict[str, tuple[str, Make]] = {
    "expired": ("expired", valid(-timedelta(days=366), -timedelta(days=1))),
    "not yet valid": ("not_yet_valid", valid(timedelta(days=1), timedelta(days=366))),
    "an authority of the same name": ("certificate_forged", of_impostor),
    "issued by the root": ("unknown_issuer", by_root),
    "issued by a citizen": ("unknown_issuer", by_citizen),
    "issued by itself": ("unknown_issuer", by_itself),
    "an unknown critical extension": ("critical_extension", extended(UNKNOWN)),
    "an extension twice": ("certificate_malformed", extended(extensions.key_store())),
    "a negative serial number": ("certificate_malformed", with_negative_number),
    "an authority": (
        "authority_not_allowed",
        only(SIGNING, ROLES, extensions.basic_constraints()),
    ),
    "an authentication key": (
        "wrong_purpose",
        lambda authority: made(authority, authority.leaf(PERSON, oids.INDIVIDUAL, use="auth")),
    ),
    "no key usage": ("wrong_purpose", only(ROLES)),
    "no purposes": ("wrong_purpose", only(SIGNING)),
    "no extensions": ("wrong_purpose", only()),
    "no non-repudiation": (
        "wrong_purpose",
        only(extensions.key_usage(extensions.DIGITAL_SIGNATURE), ROLES),
    ),
    "no role": ("wrong_role", only(SIGNING, extensions.extended_key_usage(oids.EMAIL_PROTECTION))),
    "a person and an organisation": ("wrong_role", named(PERSON, oids.INDIVIDUAL, oids.LEGAL_ENTITY)),
    "a person's system": ("wrong_role", named(PERSON, oids.INDIVIDUAL, oids.INDIVIDUAL_SYSTEM)),
    "an organisation's head": ("wrong_role", named(HEAD, oids.LEGAL_ENTITY, oids.FIRST_HEAD)),
    "a person with a BIN": ("wrong_role", named(HEAD)),
    "no IIN": ("identity_missing", named([(oids.COMMON_NAME, "ОМАРОВ АСҚАР"), (oids.COUNTRY, "KZ")])),
    "an IIN of eleven digits": ("identity_missing", named([(oids.SERIAL_NUMBER, f"IIN{IIN[:-1]}")])),
    "an IIN and more": ("identity_missing", named([(oids.SERIAL_NUMBER, f"IIN{IIN} ")])),
    "two IINs": ("identity_missing", named([*PERSON, (oids.SERIAL_NUMBER, f"IIN{OTHER_IIN}")])),
    "the IIN in the common name": ("identity_missing", named([(oids.COMMON_NAME, f"IIN{IIN}")])),
    "two BINs": ("identity_missing", named([*HEAD, (oids.UNIT, f"BIN{IIN}")])),
    "GOST of 256 bits": (
        "key_not_allowed",
        lambda authority: made(authority, authority.leaf(PERSON, oids.INDIVIDUAL), key=Gost256Key.new()),
    ),
    "RSA of 1024 bits": (
        "key_not_allowed",
        lambda authority: made(authority, authority.leaf(PERSON, oids.INDIVIDUAL), key=RsaKey.new(1024)),
    ),
    "nobody's certificate": (
        "certificate_malformed",
        lambda authority: replace(citizen_of(authority.algorithm), certificate=sequence(null())),
    ),
}


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_bad_certificate_is_refused(algorithm: Algorithm, name: str) -> None:
    code, make = CERTIFICATES[name]
    assert outcome(make(authority_of(algorithm)).sign(TEXT, timestamp=False)) == code
    assert code in SENTENCES


def test_a_certificate_signed_with_sha1_is_refused() -> None:
    authority = authority_of("rsa")
    assert isinstance(authority.issuing.key, RsaKey)
    weak = issued_by(authority.issuing.subject, Sha1Key(authority.issuing.key.private))(authority)
    assert outcome(weak.sign(TEXT)) == "algorithm_not_allowed"


ORGANISATION = {"role": Role.ORGANISATION}
SYSTEM = f"{oids.LEGAL_ENTITY_SYSTEM}.1"
# Who signs, what the portal asked for, what comes of it.
PEOPLE: dict[str, tuple[Make, dict[str, Any], str]] = {
    "a head for an organisation": (lambda a: head_of(a.algorithm), ORGANISATION, ACCEPTED),
    "a head for this organisation": (
        lambda a: head_of(a.algorithm),
        ORGANISATION | {"organisation_bin": BIN},
        ACCEPTED,
    ),
    "somebody with the right to sign": (
        named(HEAD, oids.LEGAL_ENTITY, oids.RIGHT_TO_SIGN),
        ORGANISATION,
        ACCEPTED,
    ),
    "an employee for an organisation": (
        named(HEAD, oids.LEGAL_ENTITY, oids.EMPLOYEE),
        ORGANISATION,
        "wrong_role",
    ),
    "a system for an organisation": (
        named(HEAD, oids.LEGAL_ENTITY, oids.LEGAL_ENTITY_SYSTEM),
        ORGANISATION,
        "wrong_role",
    ),
    "a system of a kind": (
        named(HEAD, oids.LEGAL_ENTITY, oids.FIRST_HEAD, SYSTEM),
        ORGANISATION,
        "wrong_role",
    ),
    "a head without an organisation": (
        named(PERSON, oids.LEGAL_ENTITY, oids.FIRST_HEAD),
        ORGANISATION,
        "wrong_role",
    ),
    "a head for another organisation": (
        lambda a: head_of(a.algorithm),
        ORGANISATION | {"organisation_bin": IIN},
        "other_organisation",
    ),
    "a person for an organisation": (lambda a: citizen_of(a.algorithm), ORGANISATION, "wrong_role"),
    "who is signed in": (lambda a: citizen_of(a.algorithm), {"same_person": IIN.__eq__}, ACCEPTED),
    "another than who is signed in": (
        lambda a: citizen_of(a.algorithm),
        {"same_person": OTHER_IIN.__eq__},
        "other_person",
    ),
    "an authentication key to sign in": (
        lambda a: made(a, a.leaf(PERSON, oids.INDIVIDUAL, use="auth")),
        {"purpose": Purpose.LOGIN},
        ACCEPTED,
    ),
    "a signing key to sign in": (lambda a: citizen_of(a.algorithm), {"purpose": Purpose.LOGIN}, ACCEPTED),
    "an encryption key to sign in": (
        only(extensions.key_usage(extensions.KEY_ENCIPHERMENT), ROLES),
        {"purpose": Purpose.LOGIN},
        "wrong_purpose",
    ),
}


@pytest.mark.parametrize("name", PEOPLE)
def test_who_may_do_what(algorithm: Algorithm, name: str) -> None:
    make, asked, expected = PEOPLE[name]
    assert outcome(make(authority_of(algorithm)).sign(TEXT, timestamp=False), **asked) == expected


def test_an_authority_that_is_not_pinned_is_unknown(algorithm: Algorithm) -> None:
    """A demonstration's, say, in a production portal."""
    pinned = authority_of("rsa" if algorithm == "gost" else "gost")
    assert (
        outcome(citizen_of(algorithm).sign(TEXT, timestamp=False), anchors=anchors_of(pinned))
        == "unknown_issuer"
    )


def test_the_demonstration_is_marked_whether_it_signs_or_only_stamps() -> None:
    gost, rsa = authority_of("gost"), authority_of("rsa")
    demo = replace(anchors_of(gost, rsa), demo=frozenset({rsa.root.fingerprint}))
    signed = {
        "gost": citizen_of("gost").sign(TEXT),
        "rsa": citizen_of("rsa").sign(TEXT),
        "gost, stamped by rsa": citizen_of("gost").sign(TEXT, stamp=rsa.token),
    }
    found = {name: verified(signature, anchors=demo).is_demo for name, signature in signed.items()}
    assert found == {"gost": False, "rsa": True, "gost, stamped by rsa": True}


def test_an_expired_request_is_over(algorithm: Algorithm) -> None:
    now = authority_of(algorithm).clock()
    signature = citizen_of(algorithm).sign(TEXT)
    assert outcome(signature, expires_at=now - timedelta(minutes=1)) == "request_expired"


def test_the_attribute_of_the_certificate_is_asked_for_where_the_policy_wants_it(
    algorithm: Algorithm,
) -> None:
    holder = citizen_of(algorithm)
    without = cms.attributes(TEXT, signer=holder, at=holder.clock())[:3]
    signature = holder.sign(TEXT, attributes=without)
    assert outcome(signature) == ACCEPTED
    assert outcome(signature, requires_signing_certificate=True) == "signing_certificate_missing"


def test_certificates_that_we_know_may_come_along(algorithm: Algorithm) -> None:
    """NCALayer encloses the chain where the key store holds it."""
    holder, authority = citizen_of(algorithm), authority_of(algorithm)
    chain = (holder.certificate, authority.issuing.certificate, authority.root.certificate)
    assert outcome(holder.sign(TEXT, certificates=chain)) == ACCEPTED
