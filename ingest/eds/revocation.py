"""When a revocation undoes a signature, and when it comes too late to."""

from dataclasses import dataclass
from datetime import datetime

from ingest.eds.refusals import Refusal

ON_HOLD = "certificate_hold"
# The key was never in foreign hands: these end its use from their day on (RFC 5280, 5.3.1).
BENIGN = {"superseded", "cessation_of_operation", "affiliation_changed", "privilege_withdrawn"}


@dataclass(frozen=True)
class Revocation:
    at: datetime
    # Of RFC 5280, 5.3.1 in snake case; "unspecified" where none is given.
    reason: str


def check_not_revoked(revocation: Revocation | None) -> None:
    """At acceptance: whatever the reason and the day, refuses ``on_hold`` and ``revoked``."""
    if revocation is not None:
        raise Refusal("on_hold" if revocation.reason == ON_HOLD else "revoked")


def outlives(revocation: Revocation | None, *, reference_time: datetime, timestamped: bool) -> bool:
    """Whether a signature still stands when it is looked at again after its acceptance.

    A revocation after the reference time for a benign reason leaves it, if a timestamp proves that it was
    there before. A compromised key, a hold and a reason that nobody gave do not: the signature may be
    backdated.
    """
    if revocation is None:
        return True
    return timestamped and revocation.at > reference_time and revocation.reason in BENIGN
