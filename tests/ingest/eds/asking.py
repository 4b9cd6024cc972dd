"""What a portal asks of a signature, for the authorities of the tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ingest.authority.authority import Authority
from ingest.eds.policy import Policy, Purpose, Role
from ingest.eds.results import Verified
from ingest.eds.sources import Sources, Unreachable
from ingest.eds.verify import verify
from tests.fakes.authority import anchors_of

CONTENT = "Мәселе: көшеде жарық жоқ.\nПроблема: на улице нет света.\n".encode()


class Silent:
    """Sources that nobody can reach."""

    def ocsp(self, *, issuer: str, request: bytes) -> bytes:
        raise Unreachable

    def crl(self, *, issuer: str) -> bytes:
        raise Unreachable

    def delta(self, *, issuer: str) -> bytes | None:
        raise Unreachable


def now() -> datetime:
    return datetime.now(UTC)


def policy_of(*authorities: Authority, at: datetime | None = None, **changes: Any) -> Policy:
    """A citizen is asked to sign within half an hour; ``changes`` are fields of ``Policy`` to replace."""
    moment = at or now()
    policy = Policy(
        anchors=anchors_of(*authorities),
        purpose=Purpose.SIGN,
        role=Role.PERSON,
        issued_at=moment - timedelta(minutes=5),
        expires_at=moment + timedelta(minutes=25),
    )
    return replace(policy, **changes)


def verified(signature: bytes | str, policy: Policy, sources: Sources, content: bytes = CONTENT) -> Verified:
    return verify(content, signature, policy=policy, received_at=now(), sources=sources)
