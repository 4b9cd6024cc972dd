"""Bad messages and bad people, one a row, in GOST and in RSA: each is refused with the code it deserves."""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from ingest.authority import cms, der, oids
from ingest.authority.certificates import key_identifier
from ingest.authority.cms import attribute
from ingest.authority.holders import Holder
from ingest.authority.keys import RsaKey
from ingest.authority.profiles import Algorithm
from ingest.eds.refusals import SENTENCES
from tests.fakes.authority import IIN, authority_of, citizen_of, head_of, spare_key
from tests.fakes.weak_keys import PssKey, Sha1Key
from tests.ingest.eds.verifying import ACCEPTED, TEXT, outcome, verified

LOGIN_TEXT = "Порталға кіру".encode()
Sign = Callable[[Holder], bytes]


def attributes_of(holder: Holder) -> dict[str, bytes]:
    made = cms.attributes(TEXT, signer=holder, at=holder.clock())
    kinds = (oids.CONTENT_TYPE, oids.SIGNING_TIME, oids.MESSAGE_DIGEST, oids.SIGNING_CERTIFICATE_V2)
    return dict(zip(kinds, made, strict=True))


def signed_with(**changed: bytes | None) -> Sign:
    """With one of the signed attributes changed, or left out (None)."""

    def sign(holder: Holder) -> bytes:
        made = attributes_of(holder) | {getattr(oids, name): value for name, value in changed.items()}
        return holder.sign(TEXT, attributes=tuple(value for value in made.values() if value is not None))

    return sign


def signed_also_with(extra: bytes) -> Sign:
    return lambda holder: holder.sign(TEXT, attributes=(*attributes_of(holder).values(), extra))


def other(holder: Holder) -> Holder:
    """The first head of an organisation, with a key of the same algorithm."""
    return head_of(algorithm_of(holder))


def algorithm_of(holder: Holder) -> Algorithm:
    gost = der.oid(oids.GOST_512_SIGNATURE) in holder.key.signature_algorithm
    return "gost" if gost else "rsa"


def two_signers(holder: Holder) -> bytes:
    second = cms.signer_info(message_of(other(holder)), signer=other(holder))
    both = (holder.certificate, other(holder).certificate)
    return holder.sign(TEXT, further_signers=(second,), certificates=both)


def message_of(holder: Holder) -> cms.Message:
    return cms.Message(
        content=TEXT,
        enclosed=None,
        attributes=tuple(attributes_of(holder).values()),
        certificates=(holder.certificate,),
        signature_algorithm=holder.key.signature_algorithm,
    )


def without_signer(holder: Holder) -> bytes:
    body = der.sequence(
        der.integer(1),
        der.set_of(holder.key.digest_algorithm),
        der.sequence(der.oid(oids.DATA)),
        der.context(0, holder.certificate),
        der.set_of(),
    )
    return der.sequence(der.oid(oids.SIGNED_DATA), der.context(0, body))


def nested(depth: int) -> bytes:
    made = b"\x05\x00"
    for _ in range(depth):
        made = der.sequence(made)
    return made


def by_other_algorithm(holder: Holder) -> bytes:
    named = oids.RSA_SHA256 if algorithm_of(holder) == "gost" else oids.GOST_512_SIGNATURE
    return holder.sign(TEXT, signature_algorithm=der.sequence(der.oid(named), der.null()))


MESSAGES: dict[str, tuple[str, Sign]] = {
    "two signers": ("two_signers", two_signers),
    "the same signer twice": (
        "two_signers",
        lambda holder: holder.sign(
            TEXT, further_signers=(cms.signer_info(message_of(holder), signer=holder),)
        ),
    ),
    "no signer": ("no_signer", without_signer),
    "a signer named by the key": (
        "signer_identifier",
        lambda holder: holder.sign(
            TEXT, identifier=der.context(0, key_identifier(holder.key), primitive=True)
        ),
    ),
    "another text, detached": ("digest_mismatch", lambda holder: holder.sign(TEXT + b" ")),
    "another text, attached": ("other_content", lambda holder: holder.sign(TEXT + b" ", attached=True)),
    "our text is signed and another one enclosed": (
        "other_content",
        lambda holder: holder.sign(TEXT, enclosed=b"another"),
    ),
    "our text is enclosed and another one signed": (
        "digest_mismatch",
        lambda holder: holder.sign(LOGIN_TEXT, enclosed=TEXT),
    ),
    "a login shown as a petition": ("digest_mismatch", lambda holder: holder.sign(LOGIN_TEXT)),
    "content that is no data": (
        "wrong_content_type",
        lambda holder: holder.sign(TEXT, attached=True, content_type=oids.TST_INFO),
    ),
    "a content type that is not that of the content": (
        "content_type_mismatch",
        signed_with(CONTENT_TYPE=attribute(oids.CONTENT_TYPE, der.oid(oids.TST_INFO))),
    ),
    "no content type": ("attributes_missing", signed_with(CONTENT_TYPE=None)),
    "no digest": ("attributes_missing", signed_with(MESSAGE_DIGEST=None)),
    "no time": ("attributes_missing", signed_with(SIGNING_TIME=None)),
    "nothing signed but nothing": ("attributes_missing", lambda holder: holder.sign(TEXT, attributes=())),
    "two digests": (
        "attribute_repeated",
        signed_also_with(attribute(oids.MESSAGE_DIGEST, der.octets(b"other"))),
    ),
    "two digests in one attribute": (
        "attributes_missing",
        signed_with(
            MESSAGE_DIGEST=der.sequence(
                der.oid(oids.MESSAGE_DIGEST), der.set_of(der.octets(b"one"), der.octets(b"two"))
            )
        ),
    ),
    "a time of an hour ago": (
        "clock_skew",
        lambda holder: holder.sign(TEXT, signing_time=holder.clock() - timedelta(hours=1)),
    ),
    "a time in an hour": (
        "clock_skew",
        lambda holder: holder.sign(TEXT, signing_time=holder.clock() + timedelta(hours=1)),
    ),
    "the certificate of another in the signed attribute": (
        "signing_certificate_mismatch",
        lambda holder: holder.sign(
            TEXT,
            attributes=cms.attributes(TEXT, signer=replace(holder, certificate=b"other"), at=holder.clock()),
        ),
    ),
    "another's key": (
        "signature_wrong",
        lambda holder: replace(holder, key=spare_key(algorithm_of(holder))).sign(TEXT),
    ),
    "an algorithm of the other kind": ("algorithm_mismatch", by_other_algorithm),
    "no certificate": ("certificate_missing", lambda holder: holder.sign(TEXT, certificates=())),
    "another's certificate": (
        "certificate_missing",
        lambda holder: holder.sign(TEXT, certificates=(other(holder).certificate,)),
    ),
    "the certificate twice": (
        "certificate_ambiguous",
        lambda holder: holder.sign(TEXT, certificates=(holder.certificate,) * 2),
    ),
    "another's certificate besides": (
        "unexpected_certificate",
        lambda holder: holder.sign(TEXT, certificates=(holder.certificate, other(holder).certificate)),
    ),
    "nine certificates": (
        "too_many_certificates",
        lambda holder: holder.sign(TEXT, certificates=(holder.certificate,) * 9),
    ),
    "a certificate that is none": (
        "certificate_malformed",
        lambda holder: holder.sign(
            TEXT, certificates=(der.sequence(der.sequence(), der.sequence(), der.bits(b"")),)
        ),
    ),
    "an unsigned attribute that is no timestamp": (
        "unexpected_attribute",
        lambda holder: holder.sign(
            TEXT, further_unsigned=(attribute(oids.SIGNING_TIME, der.time(holder.clock())),)
        ),
    ),
    "two timestamps": (
        "attribute_repeated",
        lambda holder: holder.sign(
            TEXT, further_unsigned=(attribute(oids.TIMESTAMP_TOKEN, holder.stamp(b"other")),)
        ),
    ),
    "something after the end": ("malformed", lambda holder: holder.sign(TEXT) + b"\x00"),
    "something cut off": ("malformed", lambda holder: holder.sign(TEXT)[:-1]),
    "nothing": ("malformed", lambda holder: b""),
    "a text": ("malformed", lambda holder: "жоқ".encode()),
    "a certificate": ("malformed", lambda holder: holder.certificate),
    "a key of the authority enveloped": (
        "wrong_content_type",
        lambda holder: der.sequence(der.oid("1.2.840.113549.1.7.3"), der.context(0, der.sequence())),
    ),
    "much": ("too_large", lambda holder: der.octets(b"\x00" * 70_000)),
    "a deep nest": ("malformed", lambda holder: nested(15_000)),
    "very many elements": ("malformed", lambda holder: der.sequence(b"\x05\x00" * 30_000)),
    "base64 with something else": (
        "malformed",
        lambda holder: base64.b64encode(holder.sign(TEXT)) + b"!",
    ),
    "PEM of something else": (
        "malformed",
        lambda holder: (
            b"-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
            % base64.b64encode(holder.sign(TEXT))
        ),
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_bad_message_is_refused(algorithm: Algorithm, name: str) -> None:
    code, sign = MESSAGES[name]
    assert outcome(sign(citizen_of(algorithm))) == code
    assert code in SENTENCES


@pytest.mark.parametrize("kind", [Sha1Key, PssKey])
def test_a_weak_algorithm_of_rsa_is_refused(kind: type[RsaKey]) -> None:
    holder = citizen_of("rsa")
    assert isinstance(holder.key, RsaKey)
    assert outcome(replace(holder, key=kind(holder.key.private)).sign(TEXT)) == "algorithm_not_allowed"


def test_rsa_may_be_named_by_its_key_alone() -> None:
    """rsaEncryption in the place of sha256WithRSAEncryption, as some other programs write it."""
    plain = der.sequence(der.oid(oids.RSA), der.null())
    assert outcome(citizen_of("rsa").sign(TEXT, signature_algorithm=plain)) == ACCEPTED


def test_what_is_good_is_accepted_in_each_form_and_encoding(algorithm: Algorithm) -> None:
    """So that the refusals above are for what the rows say."""
    holder = citizen_of(algorithm)
    for attached in (False, True):
        signature = holder.sign(TEXT, attached=attached)
        text = base64.encodebytes(signature).decode()
        pem = f"-----BEGIN CMS-----\n{text}-----END CMS-----\n"
        for form in (signature, text, text.replace("\n", ""), pem, pem.replace("\n", "\r\n"), pem.encode()):
            found = verified(form)
            assert (found.identity.iin, found.identity.bin, found.pending) == (IIN, None, None)
            assert found.identity.common_name == "ОМАРОВ АСҚАР"
            assert found.algorithm == ("gost-2015-512" if algorithm == "gost" else "rsa-sha256")
            assert found.timestamp_time == found.reference_time
            assert found.evidence.path[1] == authority_of(algorithm).issuing.certificate
            assert IIN not in repr(found)
