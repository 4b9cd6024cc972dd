"""Whatever bytes come, a parser answers or refuses: no other exception leaves it."""

import base64
from collections.abc import Callable
from contextlib import suppress
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.authority.sources import AuthoritySources
from ingest.eds import crl, ocsp
from ingest.eds.certificates import certificate
from ingest.eds.cms import decoded, signed_data, signer_certificate
from ingest.eds.identity import identity
from ingest.eds.path import Path, find_path
from ingest.eds.policy import Policy
from ingest.eds.refusals import Refusal
from ingest.eds.signer import check_signing_certificate, signing_time
from ingest.eds.timestamp import timestamp
from ingest.eds.verify import verify
from tests.fakes.authority import anchors_of, authority_of, citizen_of
from tests.ingest.eds.asking import CONTENT, now, policy_of

QUICK = settings(max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def mutants(draw: st.DrawFn, seeds: Callable[[], list[bytes]]) -> bytes:
    """A good structure with pieces of it replaced, cut out, repeated or taken from another."""
    data = bytearray(draw(st.sampled_from(seeds())))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, max(len(data) - 1, 0)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        piece = draw(
            st.one_of(
                st.binary(max_size=12),
                st.just(bytes(data[start:end]) * 2),
                st.sampled_from(
                    [b"", b"\x30\x80", b"\0\0", b"\x05\x00", b"\x31\x00", b"\xa0\x00", b"\x02\x01\x7f"]
                ),
            )
        )
        data[start:end] = piece
    return bytes(data)


@cache
def signatures() -> list[bytes]:
    return [citizen_of("gost").sign(CONTENT), citizen_of("rsa").sign(CONTENT, attached=True)]


@cache
def certificates() -> list[bytes]:
    authority = authority_of("gost")
    return [
        citizen_of("gost").certificate,
        authority.responder.certificate,
        authority_of("rsa").tsa.certificate,
    ]


def rsa_path() -> Path:
    return find_path(certificate(citizen_of("rsa").certificate), anchors_of(authority_of("rsa")))


@cache
def answers() -> list[bytes]:
    return [authority_of("rsa").ocsp(ocsp.request(rsa_path(), nonce=bytes(16)))]


@cache
def lists() -> list[bytes]:
    return [authority_of("rsa").crl(), authority_of("rsa").delta()]


@cache
def tokens() -> list[bytes]:
    return [authority_of("rsa").token(b"signature"), authority_of("gost").token(b"signature")]


def rsa_policy() -> Policy:
    return policy_of(authority_of("rsa"), authority_of("gost"))


@QUICK
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300), mutants(signatures)))
def test_a_signature_is_verified_or_refused(data: bytes | str) -> None:
    sources = AuthoritySources((authority_of("rsa"), authority_of("gost")))
    with suppress(Refusal):
        verify(CONTENT, data, policy=rsa_policy(), received_at=now(), sources=sources)


@QUICK
@given(mutants(signatures))
def test_a_signed_message_is_read_or_refused(data: bytes) -> None:
    """Past the guard and the first checks, which few mutants pass on their own."""
    with suppress(Refusal):
        message = signed_data(data)
        with suppress(Refusal):
            signing_time(message)
        signer = signer_certificate(message, anchors_of(authority_of("rsa")))
        check_signing_certificate(message, signer, required=True)


@QUICK
@given(st.one_of(st.binary(max_size=300), mutants(certificates)))
def test_a_certificate_is_read_or_refused(data: bytes) -> None:
    with suppress(Refusal):
        identity(certificate(data))


@QUICK
@given(st.one_of(st.binary(max_size=300), mutants(answers)))
def test_an_answer_of_a_responder_is_read_or_refused(data: bytes) -> None:
    with suppress(Refusal):
        ocsp.status(data, rsa_path(), nonce=bytes(16), policy=rsa_policy(), checked_at=now())


@QUICK
@given(st.one_of(st.binary(max_size=300), mutants(lists)))
def test_a_list_is_read_or_refused(data: bytes) -> None:
    with suppress(Refusal):
        crl.status((data,), rsa_path(), policy=rsa_policy(), since=now(), checked_at=now())


@QUICK
@given(st.one_of(st.binary(max_size=300), mutants(tokens)))
def test_a_timestamp_is_read_or_refused(data: bytes) -> None:
    with suppress(Refusal):
        timestamp(data, signature=b"signature", anchors=rsa_policy().anchors)


@cache
def armoured() -> list[bytes]:
    text = base64.encodebytes(citizen_of("rsa").sign(CONTENT)[:200])
    return [text, b"-----BEGIN CMS-----\n" + text + b"-----END CMS-----\n"]


@QUICK
@given(mutants(armoured), st.booleans())
def test_an_encoding_is_read_or_refused(data: bytes, as_text: bool) -> None:
    with suppress(Refusal):
        decoded(data.decode("latin-1") if as_text else data)
