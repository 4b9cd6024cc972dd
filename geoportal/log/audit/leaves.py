"""Whether entries follow each other as they should: without gaps, in time, each with what opens it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from geoportal.log.audit.finding import Fault, Finding, Tally
from geoportal.log.audit.rows import Committed
from geoportal.log.canonical import read_utc, utc_text

DECODER = json.JSONDecoder()
# Clocks of several web servers differ a little, and what a long transaction logs comes late.
TOLERANCE = timedelta(minutes=5)
# index, entry, and event, object, model, key, salt of the opening.
StoredEntry = tuple[int, bytes, str | None, UUID | None, str | None, str | None, bytes | None]


@dataclass
class Clock:
    """The latest time that an entry has said, and which; as text, which sorts as the times do."""

    latest: str = ""
    index: int = 0

    def head(self, signed_at: datetime) -> Iterator[Finding]:
        """A head was signed then: no entry under it can be later."""
        limit = utc_text(signed_at + TOLERANCE)
        if self.latest > limit:
            detail = f"says {self.latest}, and was signed at {utc_text(signed_at)}"
            yield Finding(Fault.AHEAD_OF_TIME, index=self.index, detail=detail)
            self.latest = utc_text(signed_at)


class LeafCheck:
    def __init__(self, clock: Clock, tally: Tally) -> None:
        self.clock, self.tally = clock, tally
        self.next = 0

    def entry(self, stored: StoredEntry, findings: list[Finding]) -> Committed | None:
        """Adds what is wrong with the entry itself; gives what it commits to, where it does."""
        index, encoded, event, reference, model, key, salt = stored
        self.tally.entries += 1
        if index != self.next:
            findings.append(Finding(Fault.MISSING_ENTRY, index=self.next, detail=f"next is {index}"))
        self.next = index + 1
        try:
            said = DECODER.decode(encoded.decode())
            at, said_event, said_object = said["at"], said["event"], said["object"]
            commitment = said["commitment"] and bytes.fromhex(said["commitment"])
            if at < self.clock.latest:
                findings.extend(self._back_dated(index, at, model, key))
            elif at > self.clock.latest:
                self.clock.latest, self.clock.index = at, index
        except (ValueError, TypeError, KeyError, RecursionError):
            findings.append(Finding(Fault.ALTERED_ENTRY, index=index, detail="it cannot be read"))
            return None
        if event is None or reference is None or model is None or key is None:
            if commitment is not None:
                findings.append(Finding(Fault.MISSING_OPENING, index=index, detail=said_event))
            return None
        if event != said_event or str(reference) != said_object:
            findings.append(Finding(Fault.WRONG_OPENING, model, key, index, f"the entry is {said_event}"))
            return None
        if commitment is None:
            return None
        return Committed(index, event, commitment, reference, model, key, salt)

    def _back_dated(self, index: int, at: str, model: str | None, key: str | None) -> Iterator[Finding]:
        if read_utc(at) < read_utc(self.clock.latest) - TOLERANCE:
            detail = f"says {at}, and entry {self.clock.index} before it {self.clock.latest}"
            yield Finding(Fault.BACK_DATED, model or "", key or "", index, detail)


def in_batches(entries: Iterator[Any], size: int) -> Iterator[list[Any]]:
    batch = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
