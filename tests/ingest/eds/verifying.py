"""What the verifier says of a signature, in one word, so that a table can hold it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ingest.authority.authority import Authority
from ingest.authority.sources import AuthoritySources
from ingest.eds.policy import Policy, Purpose, Role
from ingest.eds.refusals import Refusal
from ingest.eds.results import Verified
from ingest.eds.sources import Sources
from ingest.eds.verify import verify
from tests.fakes.authority import anchors_of, authority_of

TEXT = "Көшеде жарық жоқ: №12 үйдің алды".encode()
ACCEPTED, PENDING = "accepted", "pending"


def policy_at(now: datetime, **fields: Any) -> Policy:
    """Whom the tests trust, for a request of five minutes ago; ``fields`` of ``Policy`` to replace."""
    policy = Policy(
        anchors=anchors_of(authority_of("gost"), authority_of("rsa")),
        purpose=Purpose.SIGN,
        role=Role.PERSON,
        issued_at=now - timedelta(minutes=5),
        expires_at=now + timedelta(minutes=15),
    )
    return replace(policy, **fields)


def verified(
    signature: bytes | str,
    *,
    sources: Sources | None = None,
    received_at: datetime | None = None,
    checked_at: datetime | None = None,
    **fields: Any,
) -> Verified:
    """A signature of TEXT that came just now, checked with ``fields`` of the policy; raises ``Refusal``."""
    now = authority_of("gost").clock()
    return verify(
        TEXT,
        signature,
        policy=policy_at(now, **fields),
        received_at=received_at or now,
        checked_at=checked_at,
        sources=sources or AuthoritySources((authority_of("gost"), authority_of("rsa"))),
    )


def outcome(signature: bytes | str, **options: Any) -> str:
    """``accepted``, ``pending`` or the code of the refusal; the options are those of ``verified``."""
    try:
        return PENDING if verified(signature, **options).pending else ACCEPTED
    except Refusal as refusal:
        return refusal.code


@dataclass(frozen=True)
class Answers:
    """The sources of an authority with something else in the place of one of its answers."""

    authority: Authority
    ocsp_is: Any = None
    crl_is: Any = None
    delta_is: Any = None

    def ocsp(self, *, issuer: str, request: bytes) -> bytes:
        answer: bytes = (self.ocsp_is or self.authority.ocsp)(request)
        return answer

    def crl(self, *, issuer: str) -> bytes:
        answer: bytes = (self.crl_is or self.authority.crl)()
        return answer

    def delta(self, *, issuer: str) -> bytes | None:
        answer: bytes | None = (self.delta_is or self.authority.delta)()
        return answer
