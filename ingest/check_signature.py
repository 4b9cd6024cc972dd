"""The one door to the verifier: a signature over a text that the portal issued."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Protocol

from geoportal.accounts.models import User
from ingest.eds.policy import Purpose, Role
from ingest.eds.results import Verified
from ingest.eds.verify import verify
from ingest.models import SigningRequest
from ingest.signer import same_person
from ingest.trust import policy_for, sources


class Check(Protocol):
    """How ``submit`` and ``complete_login`` have a signature verified."""

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
    ) -> Verified: ...


def check_signature(
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
    lists: bool = False,
) -> Verified:
    """Every check of docs/eds.md. May ask the certification authority over the network, so it is never called
    in a transaction. ``checked_at`` is later than ``received_at`` when a pending signature is asked about
    again. ``lists``: whole revocation lists may be fetched, for which nobody would wait at a page. Raises
    ingest.eds.refusals.Refusal.
    """
    policy = policy_for(
        purpose=purpose, role=role, issued_at=issued_at, expires_at=expires_at, same_person=same_person
    )
    return verify(
        content,
        signature,
        policy=policy,
        received_at=received_at,
        sources=sources(lists=lists),
        checked_at=checked_at,
    )


check_patiently: Check = partial(check_signature, lists=True)


def checked(
    request: SigningRequest,
    signature: bytes,
    *,
    user: User,
    received_at: datetime,
    checked_at: datetime,
    check: Check,
) -> Verified:
    """The signature of a citizen under what ``request`` asked ``user`` to sign."""
    return check(
        bytes(request.content or b""),
        signature,
        purpose=Purpose.SIGN,
        role=Role.PERSON,
        issued_at=request.issued_at,
        expires_at=request.expires_at,
        same_person=same_person(user),
        received_at=received_at,
        checked_at=checked_at,
    )
