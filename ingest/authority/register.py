"""What the authority knows of the certificates it issued: which there are, and what became of them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum


class Reason(IntEnum):
    """CRLReason (RFC 5280 5.3.1)."""

    UNSPECIFIED = 0
    KEY_COMPROMISE = 1
    CA_COMPROMISE = 2
    AFFILIATION_CHANGED = 3
    SUPERSEDED = 4
    CESSATION_OF_OPERATION = 5
    HOLD = 6
    # Only in a delta list: what was on hold is good again.
    REMOVED = 8
    PRIVILEGE_WITHDRAWN = 9


@dataclass(frozen=True)
class Event:
    serial: int
    reason: Reason
    at: datetime


@dataclass
class Register:
    issued: set[int] = field(default_factory=set)
    # In the order they were entered; of one certificate the last before a moment holds at that moment.
    events: list[Event] = field(default_factory=list)

    def state(self, serial: int, *, at: datetime) -> Event | None:
        """Why the certificate does not hold at ``at``, or None if nothing stands against it."""
        last = self._last(at).get(serial)
        return None if last is None or last.reason is Reason.REMOVED else last

    def revoked(self, *, at: datetime) -> list[Event]:
        return [event for event in self._last(at).values() if event.reason is not Reason.REMOVED]

    def changes(self, *, since: datetime, at: datetime) -> list[Event]:
        """What a delta list tells that a full one of ``since`` did not know (RFC 5280 5.2.4)."""
        known = {event.serial for event in self.revoked(at=since)}
        return [
            event
            for event in self._last(at).values()
            if event.at > since and (event.reason is not Reason.REMOVED or event.serial in known)
        ]

    def _last(self, at: datetime) -> dict[int, Event]:
        return {event.serial: event for event in self.events if event.at <= at}
