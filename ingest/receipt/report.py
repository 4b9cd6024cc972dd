"""What a check of a receipt has found: step by step, what held, what did not, what could not be checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from geoportal.lib.errors import DomainError
from geoportal.lib.printable import printable


class Damaged(DomainError):
    """The archive is not as the portal packs it. ``code`` says how, ``name`` the file at fault, if one is."""

    def __init__(self, code: str, name: str = "") -> None:
        super().__init__(f"{code} {name}".strip(), code=code)
        # It may be a stranger's: no more of it than fits a line, and no commands to a terminal.
        self.name = printable(name, most=60)


class Outcome(Enum):
    HOLDS = "holds"
    FAILS = "fails"
    # Neither shown nor refuted: something is missing here.
    UNKNOWN = "unknown"


class Verdict(Enum):
    VALID = "valid"
    INVALID = "invalid"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class Step:
    """``check``: a key of sentences.CHECKS. ``code``: why not, or what else there is to say; a key of
    sentences.REASONS or of the signature's. ``name``: the file at fault.
    """

    check: str
    outcome: Outcome
    code: str = ""
    name: str = ""


@dataclass(frozen=True)
class Facts:
    """What the receipt says, without anything that names a person. Only as good as the verdict."""

    submission: str
    portal: str
    type: str
    state: str
    refusal: str
    received_at: datetime
    decided_at: datetime | None
    algorithm: str
    reference_time: datetime
    is_demo: bool
    content_sha256: str
    signature_sha256: str
    log_origin: str = ""
    log_index: int | None = None
    log_size: int | None = None


@dataclass(frozen=True)
class Report:
    steps: tuple[Step, ...]
    facts: Facts | None

    @property
    def verdict(self) -> Verdict:
        outcomes = {step.outcome for step in self.steps}
        if Outcome.FAILS in outcomes:
            return Verdict.INVALID
        return Verdict.INCOMPLETE if Outcome.UNKNOWN in outcomes else Verdict.VALID


def of_damage(damaged: Damaged) -> Report:
    """The report on an archive that was not even opened."""
    return Report((Step("archive", Outcome.FAILS, damaged.code, damaged.name),), None)


Files = Mapping[str, bytes]
