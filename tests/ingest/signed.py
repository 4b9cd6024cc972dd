"""People of the tests' own authority, who sign what the portal asks them to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from geoportal.accounts.identity import iin_hash
from geoportal.accounts.models import User
from ingest.authority.holders import Holder
from ingest.authority.profiles import Use
from ingest.authority.sources import AuthoritySources
from ingest.eds.policy import Anchors, Policy, Purpose, Role
from ingest.eds.results import Verified
from ingest.eds.sources import Sources, Unreachable
from ingest.eds.verify import verify
from ingest.models import SigningRequest, Submission
from ingest.signing import request_signature
from ingest.submit import submit
from tests.fakes.authority import IIN, OTHER_IIN, authority_of, citizen_of, spare_key

BROWSER = "the secret of a browser"
# In the West oblast of tests/world.py.
PROBLEM = {
    "title": "Көшеде шұңқыр бар",
    "text": "Екінші апта бойы көлік өте алмайды.",
    "category": "potholes",
    "language": "kk",
    "lon": "70.5",
    "lat": "50,25",
    "address": "Абай көшесі, 5",
}


@dataclass
class Checking:
    """Verifies against the tests' authority; while ``is_down`` nobody can be asked about revocation."""

    is_down: bool = False
    is_demo: bool = False
    # Instead of the authority.
    sources: Sources | None = None
    asked: list[Purpose] = field(default_factory=list)

    def __call__(
        self,
        content: bytes,
        signature: bytes,
        *,
        purpose: Purpose,
        role: Role,
        issued_at: datetime,
        expires_at: datetime,
        same_person: Callable[[str], bool] | None,
        received_at: datetime,
        checked_at: datetime,
    ) -> Verified:
        self.asked.append(purpose)
        authority = authority_of("rsa")
        anchors = Anchors(
            (authority.root.certificate,),
            (authority.issuing.certificate,),
            frozenset({authority.root.fingerprint} if self.is_demo else ()),
        )
        return verify(
            content,
            signature,
            policy=Policy(anchors, purpose, role, issued_at, expires_at, same_person),
            received_at=received_at,
            sources=Silent() if self.is_down else self.sources or AuthoritySources((authority,)),
            checked_at=checked_at,
        )


@dataclass(frozen=True)
class Answering:
    """Whatever is asked, the same."""

    answer: bytes

    def ocsp(self, *, issuer: str, request: bytes) -> bytes:
        return self.answer

    def crl(self, *, issuer: str) -> bytes:
        return self.answer

    def delta(self, *, issuer: str) -> bytes | None:
        return self.answer


class Silent:
    """An authority that does not answer."""

    def ocsp(self, *, issuer: str, request: bytes) -> bytes:
        raise Unreachable(issuer)

    def crl(self, *, issuer: str) -> bytes:
        raise Unreachable(issuer)

    def delta(self, *, issuer: str) -> bytes | None:
        raise Unreachable(issuer)


def citizen(iin: str = IIN) -> User:
    return User.objects.create(iin_hash=iin_hash(iin), language="kk")


def now() -> datetime:
    """The authority stamps by the real clock."""
    return datetime.now(UTC)


def asked(
    user: User, type: str = "problem.submit", *, at: datetime | None = None, **changes: Any
) -> SigningRequest:
    return request_signature(
        type=type, payload=PROBLEM | changes, user=user, browser="", language="kk", at=at or now()
    )


def asked_to_sign_in(browser: str = BROWSER, *, at: datetime | None = None) -> SigningRequest:
    return request_signature(
        type="login", payload={}, user=None, browser=browser, language="ru", at=at or now()
    )


def raw(data: bytes | memoryview | None) -> bytes:
    """Bytes of a column that an erasure may empty."""
    assert data is not None
    return bytes(data)


def signed(request: SigningRequest, holder: Holder | None = None) -> bytes:
    """By default by the citizen whose IIN ``citizen()`` has."""
    return (holder or citizen_of("rsa")).sign(bytes(request.content or b""))


def handed_in(
    request: SigningRequest,
    *,
    holder: Holder | None = None,
    user: User | None = None,
    at: datetime | None = None,
    check: Checking | None = None,
) -> Submission:
    """What comes of the signature when its user, or another one, hands it in."""
    sender = user or request.user
    assert sender is not None
    return submit(
        request_id=request.pk,
        signature=signed(request, holder),
        browser="",
        user=sender,
        at=at or now(),
        check=check or Checking(),
    )


def someone(iin: str = OTHER_IIN, *, use: Use = "sign") -> Holder:
    """Another key of the authority, by default of another person."""
    return authority_of("rsa").person(iin=iin, surname="ИВАНОВА", name="АННА", use=use, key=spare_key("rsa"))
