"""Following a log from outside: does it still say what it said the last time? Without Django.

What is checked is the log's own work, from its tiles and entries: no answer of it is taken at its word.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from geoportal.lib.errors import DomainError
from geoportal.lib.printable import printable
from geoportal.log.entry import Entry
from geoportal.log.fetching import HttpSource, RemoteLog, Source
from geoportal.log.note import BadNote, Checkpoint, Verifier, open_checkpoint
from geoportal.log.seen import Seen
from geoportal.log.succession import Succession, heirs, require_announced
from geoportal.log.tiles import WIDTH, TiledHashes, width_at
from geoportal.log.tree import Frontier, consistency_proof, is_consistent, leaf_hash, tree_root

# An entry may wait in the outbox while the worker is away; later than this it is worth a question.
LATE = timedelta(hours=1)
Progress = Callable[[int, int], None]


class LogUntrue(DomainError):
    """The log contradicts itself or what was seen of it before.

    ``code``: wrong_signature, replaced_origin, shrunken_log, forked_log, wrong_tiles, wrong_entries.
    """

    code = "forked_log"


@dataclass(frozen=True)
class Report:
    """What held. ``late``: entries whose own time lies before the last visit, though they were not there
    then: (index, time). ``is_first``: nothing was known before, so the keys were taken from the log itself
    unless they were given.
    """

    checkpoint: Checkpoint
    keys: tuple[Verifier, ...]
    previous_size: int
    entries_checked: int
    late: tuple[tuple[int, datetime], ...]
    is_first: bool


def follow(
    url: str,
    *,
    state: Path,
    now: datetime,
    keys: Iterable[Verifier] = (),
    with_entries: bool = True,
    source: Source | None = None,
    progress: Progress | None = None,
) -> Report:
    """Look at the log, compare it with what ``state`` (a file) knows of it, and note there what it is now.

    ``keys``: those to trust, and what the file remembers besides; a key that the file has from the log itself
    is no better than the log was then. ``with_entries``: read every new entry
    and compute the root from them; otherwise from tiles alone. ``source``: another way to read than HTTP.

    Raises LogUntrue, and keeps both signed heads beside ``state`` (``….evidence``) where they contradict each
    other; fetching.Unreachable; seen.BadState. Then ``state`` stays as it was.
    """
    log = RemoteLog(source or HttpSource(url))
    seen = Seen.read(state)
    given, remembered = list(keys), list(seen.keys) if seen else []
    trusted = remembered or given or _first_keys(log)
    note = log.checkpoint()
    checkpoint, heritage = _opened(note, trusted, log)
    heritage_of_given = _opened(note, given, log)[1] if given else []
    hashes = TiledHashes(log.tile, checkpoint.size)
    try:
        _require_continuity(seen, checkpoint, hashes)
        for each in (heritage, heritage_of_given):
            require_announced(each, checkpoint, hashes, log, refuse=LogUntrue)
        late = _read_entries(seen, checkpoint, hashes, log, now, progress) if with_entries else []
    except LogUntrue as untrue:
        if seen is not None:
            _keep_evidence(seen, state, note, untrue)
        raise
    in_office = heritage[-1].heir if heritage else None
    known = (in_office,) if in_office else tuple(trusted)
    Seen(note, known, now).write(state)
    previous = seen.checkpoint.size if seen else 0
    return Report(
        checkpoint=checkpoint,
        keys=known,
        previous_size=previous,
        entries_checked=checkpoint.size - previous if with_entries else 0,
        late=tuple(late),
        is_first=seen is None,
    )


def _keep_evidence(seen: Seen, state: Path, note: str, untrue: LogUntrue) -> None:
    """A disk that is full must not hide what was found: then the head is shown instead of kept."""
    try:
        seen.keep_evidence(state, note)
    except OSError as error:
        raise LogUntrue(f"{untrue} Its head cannot be kept as evidence:\n{note}", code=untrue.code) from error


def _first_keys(log: RemoteLog) -> list[Verifier]:
    """Nobody has told which keys to trust: those that the log names today."""
    try:
        return [Verifier.parse(str(key.get("verifier"))) for key in log.listed_keys()][-1:]
    except BadNote as error:
        raise LogUntrue("The log names no key that can be read.", code="wrong_signature") from error


def _opened(note: str, trusted: list[Verifier], log: RemoteLog) -> tuple[Checkpoint, list[Succession]]:
    """The head, signed by whom we trust or by whom they made their successor."""
    origin = note.partition("\n")[0]
    if trusted and origin not in {key.name for key in trusted}:
        raise LogUntrue(
            f"The log is called {printable(origin)}; it was {trusted[0].name} before.",
            code="replaced_origin",
        )
    try:
        return open_checkpoint(note, trusted)[0], []
    except BadNote:
        heritage = heirs(trusted, log.listed_keys())
    try:
        return open_checkpoint(note, [each.heir for each in heritage[-1:]] or trusted)[0], heritage
    except BadNote as error:
        raise LogUntrue(f"The log's head is not signed: {error}.", code="wrong_signature") from error


def _require_continuity(seen: Seen | None, checkpoint: Checkpoint, hashes: TiledHashes) -> None:
    before = seen.checkpoint if seen else None
    if before is not None and checkpoint.size < before.size:
        raise LogUntrue(
            f"The log had {before.size} entries and shows {checkpoint.size} now.", code="shrunken_log"
        )
    if before is not None and checkpoint.size == before.size and checkpoint.root != before.root:
        raise LogUntrue(f"The log shows two trees of {before.size} entries.")
    if tree_root(hashes, checkpoint.size) != checkpoint.root:
        raise LogUntrue("The log's tiles do not give the root that it signed.", code="wrong_tiles")
    if before is not None and not _continues(before, checkpoint, hashes):
        raise LogUntrue(
            f"The first {before.size} of {checkpoint.size} entries are not those that were there before."
        )


def _continues(first: Checkpoint, second: Checkpoint, hashes: TiledHashes) -> bool:
    return is_consistent(
        first=first.size,
        second=second.size,
        first_root=first.root,
        second_root=second.root,
        proof=consistency_proof(hashes, first.size, second.size),
    )


def _read_entries(
    seen: Seen | None,
    checkpoint: Checkpoint,
    hashes: TiledHashes,
    log: RemoteLog,
    now: datetime,
    progress: Progress | None,
) -> list[tuple[int, datetime]]:
    """Read what is new, and compute the root from it. Returns what came late."""
    start = seen.checkpoint.size if seen else 0
    frontier, late = Frontier(hashes, start), []
    for bundle in range(start // WIDTH, -(-checkpoint.size // WIDTH)):
        width = width_at(level=0, index=bundle, size=checkpoint.size)
        for encoded in log.entries(bundle, width)[frontier.size - bundle * WIDTH :]:
            at = _time_of(encoded, frontier.size)
            if at > now + LATE or (seen is not None and at < seen.seen_at - LATE):
                late.append((frontier.size, at))
            frontier.push(leaf_hash(encoded))
        if progress:
            progress(frontier.size, checkpoint.size)
    if frontier.root() != checkpoint.root:
        raise LogUntrue("The log's entries do not give the root that it signed.", code="wrong_entries")
    return late


def _time_of(encoded: bytes, index: int) -> datetime:
    try:
        return Entry.decode(encoded).at
    except ValueError as error:
        raise LogUntrue(f"Entry {index} cannot be read.", code="wrong_entries") from error
