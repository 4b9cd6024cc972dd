"""What an audit finds, and how much it has looked at."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Codes are promises: programs read them."""

    # Rows.
    EDITED = "edited"
    DELETED = "deleted"
    UNLOGGED = "unlogged"
    MISSING_SALT = "missing_salt"
    UNKNOWN_EVENT = "unknown_event"
    # Found beside the log, by whoever knows what rows are made of.
    NOT_AS_SIGNED = "not_as_signed"
    # Entries.
    BACK_DATED = "back_dated"
    AHEAD_OF_TIME = "ahead_of_time"
    ALTERED_ENTRY = "altered_entry"
    MISSING_ENTRY = "missing_entry"
    MISSING_OPENING = "missing_opening"
    WRONG_OPENING = "wrong_opening"
    # The tree and its heads.
    ALTERED_TILE = "altered_tile"
    MISSING_TILE = "missing_tile"
    FORKED_HEAD = "forked_head"
    UNSIGNED_HEAD = "unsigned_head"
    HEAD_BEYOND_TREE = "head_beyond_tree"


@dataclass(frozen=True)
class Finding:
    """``model`` and ``key`` name the row (``ingest.submission``, its primary key as text), ``index`` the
    entry or the size of the head; what does not apply is empty. ``detail`` is English, for whoever looks
    into it.
    """

    fault: Fault
    model: str = ""
    key: str = ""
    index: int | None = None
    detail: str = ""


@dataclass
class Tally:
    """What was looked at so far."""

    entries: int = 0
    rows: int = 0
    heads: int = 0
    tiles: int = 0
