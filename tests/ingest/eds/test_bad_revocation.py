"""Answers about revocation that must not be believed, and silence that must not be taken for consent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ingest.authority import extensions, ocsp, profiles
from ingest.authority.authority import Authority
from ingest.authority.certificates import Certified, Profile
from ingest.authority.der import integer, null, octets, sequence
from ingest.authority.profiles import Algorithm, Validity
from ingest.authority.register import Reason
from ingest.eds.ocsp import _read_once
from ingest.eds.refusals import SENTENCES
from ingest.eds.sources import Unreachable
from tests.fakes.authority import authority_of, citizen_of, impostor_of, somebody, spare_key
from tests.ingest.eds.verifying import ACCEPTED, PENDING, TEXT, Answers, outcome

Case = Callable[[Authority], Callable[[bytes], bytes]]
NOCHECK_OF_NOTHING = b""


def down(*_: object) -> bytes:
    raise Unreachable("down")


def saying(**changed: Any) -> Case:
    return lambda authority: lambda request: authority.ocsp(request, **changed)


def at(delay: timedelta) -> Case:
    return lambda authority: authority.at(authority.clock() + delay).ocsp


def by(responder: Callable[[Authority], Certified]) -> Case:
    """A right answer by a wrong responder, who encloses its certificate."""

    def case(authority: Authority) -> Callable[[bytes], bytes]:
        who = responder(authority)
        return lambda request: authority.ocsp(request, responder=who, certificates=(who.certificate,))

    return case


def appointed(
    *, validity: Validity | None = None, no_check: bytes | None = None, **changed: Any
) -> Callable[[Authority], Certified]:
    def make(authority: Authority) -> Certified:
        lasting = validity or profiles.years(authority.clock() - timedelta(days=1), 1)
        profile: Profile = replace(profiles.responder(lasting, no_check=no_check), **changed)
        return authority.issue(profile, key=spare_key(authority.algorithm))

    return make


def expired(authority: Authority) -> Certified:
    now = authority.clock()
    return appointed(validity=Validity(now - timedelta(days=9), now - timedelta(days=1)))(authority)


def critical(authority: Authority) -> Certified:
    unknown = extensions.extension("1.2.398.99.1", null(), critical=True)
    good = profiles.responder(profiles.years(authority.clock(), 1)).extensions
    return appointed(extensions=(*good, unknown))(authority)


def neighbour(authority: Authority) -> Authority:
    """Another authority that the portal trusts as well."""
    return authority_of("rsa" if authority.algorithm == "gost" else "gost")


def about_another(authority: Authority) -> Callable[[bytes], bytes]:
    def answer(request: bytes) -> bytes:
        asked, _ = ocsp.read_request(request)
        number = integer(asked[0].serial)
        identifier = asked[0].identifier.replace(number, integer(asked[0].serial ^ 1))
        return authority.ocsp(request, entries=((identifier, ocsp.good()),))

    return answer


def twice(authority: Authority) -> Callable[[bytes], bytes]:
    def answer(request: bytes) -> bytes:
        asked, _ = ocsp.read_request(request)
        return authority.ocsp(request, entries=((asked[0].identifier, ocsp.good()),) * 2)

    return answer


def beside_a_citizens_certificate(authority: Authority) -> Callable[[bytes], bytes]:
    bag = (citizen_of(authority.algorithm).certificate, authority.responder.certificate)
    return lambda request: authority.ocsp(request, certificates=bag)


OCSP: dict[str, tuple[str, Case]] = {
    "good": (ACCEPTED, lambda authority: authority.ocsp),
    "with a citizen's certificate besides": (ACCEPTED, beside_a_citizens_certificate),
    "by a responder whose nocheck is empty": (ACCEPTED, by(appointed(no_check=NOCHECK_OF_NOTHING))),
    "by the issuing authority itself": (ACCEPTED, by(lambda authority: authority.issuing)),
    "of six minutes ago": (ACCEPTED, at(-timedelta(minutes=6))),
    "unknown": ("certificate_unknown", lambda a: replace(a, register=type(a.register)()).ocsp),
    "by another authority of the name": (
        "ocsp_responder",
        by(lambda a: impostor_of(a.algorithm).responder),
    ),
    "by another authority that we trust": ("ocsp_responder", by(lambda a: neighbour(a).responder)),
    "by the issuing part of that": ("ocsp_responder", by(lambda a: neighbour(a).issuing)),
    "by a citizen": ("ocsp_responder", by(lambda a: citizen_of(a.algorithm))),
    "by the timestamping service": ("ocsp_responder", by(lambda a: a.tsa)),
    "by an expired responder": ("ocsp_responder", by(expired)),
    "by a responder with an unknown critical extension": ("ocsp_responder", by(critical)),
    "without the responder's certificate": ("ocsp_responder", saying(certificates=())),
    "forged": (
        "ocsp_signature",
        by(lambda a: replace(a.responder, key=spare_key(a.algorithm))),
    ),
    "with another nonce": ("ocsp_nonce", saying(nonce=octets(b"0123456789abcdef"))),
    "without a nonce": ("ocsp_nonce", saying(nonce=None)),
    "of an hour ago": ("ocsp_stale", at(-timedelta(hours=1))),
    "of the future": ("ocsp_stale", at(timedelta(hours=1))),
    "with a state of last week": (
        "ocsp_stale",
        lambda a: lambda request: a.ocsp(request, this_update=a.clock() - timedelta(days=7)),
    ),
    "that no longer holds": (
        "ocsp_stale",
        lambda a: lambda request: a.ocsp(request, next_update=a.clock() - timedelta(minutes=30)),
    ),
    "about another certificate": ("ocsp_other_certificate", about_another),
    "about two": ("ocsp_other_certificate", twice),
    "about none": ("ocsp_other_certificate", saying(entries=())),
    "a refusal": ("ocsp_refused", lambda a: lambda request: ocsp.failure(ocsp.UNAUTHORIZED)),
    "try later": ("ocsp_refused", lambda a: lambda request: ocsp.failure(3)),
    "success and nothing else": ("ocsp_malformed", lambda a: lambda request: ocsp.failure(ocsp.SUCCESSFUL)),
    "nothing": ("ocsp_malformed", lambda a: lambda request: b""),
    "a web page": ("ocsp_malformed", lambda a: lambda request: b"<html>"),
    "much": ("ocsp_malformed", lambda a: lambda request: octets(b"\x00" * 100_000)),
    "the question": ("ocsp_malformed", lambda a: lambda request: request),
}


@pytest.mark.parametrize("name", OCSP)
def test_an_answer_of_ocsp_is_believed_only_if_it_is_right(algorithm: Algorithm, name: str) -> None:
    """The lists would say that the key is good: an answer that is there and wrong is never passed over."""
    expected, case = OCSP[name]
    authority = authority_of(algorithm)
    signature = citizen_of(algorithm).sign(TEXT, timestamp=False)
    assert outcome(signature, sources=Answers(authority, ocsp_is=case(authority))) == expected
    assert expected in (ACCEPTED, *SENTENCES)


Lists = Callable[[Authority], dict[str, Any]]


def older(delay: timedelta) -> Callable[[Authority], Authority]:
    return lambda authority: authority.at(authority.clock() - delay)


YESTERDAY, LAST_WEEK = older(timedelta(days=1)), older(timedelta(days=7))
UNKNOWN = extensions.extension("1.2.398.99.1", null(), critical=True)

LISTS: dict[str, tuple[str, Lists]] = {
    "good": (ACCEPTED, lambda authority: {}),
    "a new list and no changes published": (
        ACCEPTED,
        lambda a: {"crl_is": lambda: a.crl(this_update=a.clock()), "delta_is": lambda: None},
    ),
    "a list of before the signature": (
        "crl_stale",
        lambda a: {
            "crl_is": lambda: a.crl(this_update=a.clock() - timedelta(hours=1)),
            "delta_is": lambda: None,
        },
    ),
    "no list": (PENDING, lambda authority: {"crl_is": down}),
    "no changes": (PENDING, lambda authority: {"delta_is": down}),
    "a list of last week": ("crl_stale", lambda a: {"crl_is": LAST_WEEK(a).crl, "delta_is": lambda: None}),
    "changes of yesterday": ("crl_stale", lambda a: {"delta_is": YESTERDAY(a).delta}),
    "a list of tomorrow": ("crl_stale", lambda a: {"crl_is": older(-timedelta(days=2))(a).crl}),
    "changes to a newer list": (
        "crl_stale",
        lambda a: {"delta_is": lambda: a.delta(base=int(a.clock().timestamp()))},
    ),
    "the changes as the list": ("crl_malformed", lambda a: {"crl_is": a.delta}),
    "the list as the changes": ("crl_malformed", lambda a: {"delta_is": a.crl}),
    "the root's list": ("crl_issuer", lambda a: {"crl_is": a.root_crl}),
    "a list by another authority that we trust": ("crl_issuer", lambda a: {"crl_is": neighbour(a).crl}),
    "a list by another authority of the name": (
        "crl_signature",
        lambda a: {"crl_is": impostor_of(a.algorithm).crl},
    ),
    "a list with an unknown critical extension": (
        "crl_malformed",
        lambda a: {"crl_is": lambda: a.crl(further_extensions=(UNKNOWN,))},
    ),
    "nothing": ("crl_malformed", lambda a: {"crl_is": lambda: b""}),
    "a web page": ("crl_malformed", lambda a: {"crl_is": lambda: b"<html>"}),
    "an empty element": ("crl_malformed", lambda a: {"crl_is": lambda: sequence()}),
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_asked_where_ocsp_is_silent(algorithm: Algorithm, name: str) -> None:
    expected, case = LISTS[name]
    authority = authority_of(algorithm)
    sources = Answers(authority, ocsp_is=down, **case(authority))
    assert outcome(citizen_of(algorithm).sign(TEXT, timestamp=False), sources=sources) == expected
    assert expected in (ACCEPTED, PENDING, *SENTENCES)


def test_lists_of_before_the_signature_do_not_tell_of_it() -> None:
    """A thief keeps the responder from answering, and the lists in force do not know of the theft yet."""
    authority = authority_of("rsa")
    holder = somebody(authority)
    signature, full = holder.sign(TEXT), authority.crl(this_update=authority.clock() - timedelta(hours=1))
    authority.revoke(holder, Reason.KEY_COMPROMISE, at=authority.clock())
    old = Answers(authority, ocsp_is=down, crl_is=lambda: full, delta_is=lambda: None)
    assert outcome(signature, sources=old) == "crl_stale"
    newer = Answers(authority, ocsp_is=down, crl_is=lambda: full)
    assert outcome(signature, sources=newer) == "revoked"


REVOKED = [(reason, "on_hold" if reason is Reason.HOLD else "revoked") for reason in Reason if reason != 8]


@pytest.mark.parametrize(("reason", "code"), REVOKED)
@pytest.mark.parametrize("delay", [timedelta(days=2), timedelta()], ids=["long ago", "just now"])
def test_a_revoked_key_is_refused_whoever_says_so(reason: Reason, code: str, delay: timedelta) -> None:
    authority = authority_of("gost")
    holder = somebody(authority)
    signature = holder.sign(TEXT)
    authority.revoke(holder, reason, at=authority.clock() - delay)
    assert outcome(signature) == code
    assert outcome(signature, sources=Answers(authority, ocsp_is=down)) == code


def test_a_key_that_is_no_longer_on_hold_is_good(algorithm: Algorithm) -> None:
    authority = authority_of(algorithm)
    holder = somebody(authority)
    authority.revoke(holder, Reason.HOLD, at=authority.clock() - timedelta(days=2))
    signature = holder.sign(TEXT)
    assert outcome(signature) == "on_hold"
    authority.revoke(holder, Reason.REMOVED)
    assert outcome(signature) == ACCEPTED
    assert outcome(signature, sources=Answers(authority, ocsp_is=down)) == ACCEPTED


@pytest.mark.parametrize(
    ("reason", "timestamp", "expected"),
    [
        (Reason.SUPERSEDED, True, ACCEPTED),
        (Reason.CESSATION_OF_OPERATION, True, ACCEPTED),
        (Reason.SUPERSEDED, False, "revoked"),
        (Reason.KEY_COMPROMISE, True, "revoked"),
        (Reason.UNSPECIFIED, True, "revoked"),
        (Reason.HOLD, True, "on_hold"),
    ],
)
def test_a_pending_signature_outlives_a_harmless_revocation_of_after_its_time(
    algorithm: Algorithm, reason: Reason, timestamp: bool, expected: str
) -> None:
    """Received while the authority was silent, and asked again a day later."""
    authority = authority_of(algorithm)
    holder = somebody(authority)
    signature, now = holder.sign(TEXT, timestamp=timestamp), authority.clock()
    silent = Answers(authority, ocsp_is=down, crl_is=down)
    assert outcome(signature, sources=silent, received_at=now) == PENDING
    later = now + timedelta(days=1)
    authority.revoke(holder, reason, at=now + timedelta(hours=1))
    sources = Answers(authority.at(later))
    assert outcome(signature, sources=sources, received_at=now, checked_at=later) == expected


def test_of_an_answer_only_the_responders_certificate_is_kept(algorithm: Algorithm) -> None:
    _read_once.cache_clear()
    authority = authority_of(algorithm)
    answers = Answers(authority, ocsp_is=beside_a_citizens_certificate(authority))
    assert outcome(citizen_of(algorithm).sign(TEXT, timestamp=False), sources=answers) == ACCEPTED
    assert _read_once.cache_info().currsize == 1
