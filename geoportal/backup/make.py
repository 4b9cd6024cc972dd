"""A backup while people submit: one moment of the database, then the files that its rows name.

The moment is a snapshot that one transaction exports and pg_dump takes over, so that the tables' tallies in
the manifest are of the very rows that are dumped. Files come afterwards: a row's file is there before its
row is.
"""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO

import psycopg
from django.utils.translation import gettext as _

from geoportal.backup import server
from geoportal.backup.archive import DUMP, MEDIA, Writer, chunks_of
from geoportal.backup.errors import BackupError
from geoportal.backup.manifest import Manifest, Part
from geoportal.backup.programs import Programs, programs_for

# Their rows go by numbers of the server's transactions, which say nothing in another (after_restore.sql).
LEFT_OUT = ("public.layers_change", "public.layers_change_horizon")
# A database without it was never a portal's.
PORTAL = ("public", "django_migrations")
# Behind a migration that holds a table; whoever waits longer is told so.
LOCK_WAIT_MS = 60_000
# zlib's fastest: reading the tables, not squeezing them, then sets the pace.
COMPRESSION = "1"
Tell = Callable[[int], object]


def make_backup(
    *,
    target: Path,
    address: server.Address,
    media: Path,
    log_keys: Sequence[Mapping[str, str]],
    portal: str,
    at: datetime,
    tell: Tell,
) -> tuple[Path, Manifest]:
    """Write the backup into the folder ``target``, under a name with its time, or as the file ``target``.

    ``media`` may be missing; ``tell`` hears of the bytes written. The file appears under its name when it is
    whole. Raises BackupError, and leaves nothing behind.
    """
    path = target / f"geoportal-{at:%Y%m%dT%H%M%SZ}.tar" if target.is_dir() else target
    with _new_file(path) as file:
        writer = Writer(file, int(at.timestamp()))
        manifest = _write(writer, address, media, log_keys, portal, at, tell)
        writer.close(manifest)
    return path, manifest


def _write(
    writer: Writer,
    address: server.Address,
    media: Path,
    log_keys: Sequence[Mapping[str, str]],
    portal: str,
    at: datetime,
    tell: Tell,
) -> Manifest:
    with address.connect() as connection, ThreadPoolExecutor(1) as beside:
        major = server.major_of(connection)
        programs = programs_for(major)
        if PORTAL not in server.tables(connection):
            raise BackupError(
                _("there is no portal in the database %(name)s") % {"name": connection.info.dbname}
            )
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot(), current_setting('server_version')").fetchone()
        assert row is not None
        # Counting takes about as long as dumping, on another processor.
        tallies = beside.submit(_tallies, connection)
        parts = {DUMP: writer.add(DUMP, _dump(programs, address, row[0], tell))}
        tables, extensions = tallies.result()
    vanished = _add_media(writer, media, parts, tell)
    return Manifest(
        created_at=at,
        portal=portal,
        server=row[1],
        dump_major=programs.major,
        extensions=extensions,
        tables=tables,
        left_out=LEFT_OUT,
        log_keys=tuple(log_keys),
        vanished_media=vanished,
        parts=parts,
    )


def _tallies(
    connection: psycopg.Connection[tuple[object, ...]],
) -> tuple[dict[str, server.Tally], dict[str, str]]:
    names = [
        (schema, name) for schema, name in server.tables(connection) if f"{schema}.{name}" not in LEFT_OUT
    ]
    found = {f"{schema}.{name}": server.tally(connection, schema, name) for schema, name in names}
    return found, server.extensions(connection)


def _dump(programs: Programs, address: server.Address, snapshot: str, tell: Tell) -> Iterator[bytes]:
    command = [
        *(programs.path("pg_dump"), "--format=custom", f"--compress={COMPRESSION}", "--no-password"),
        # Whoever restores is another role, and may not comment on extensions that a superuser made.
        *("--no-owner", "--no-privileges", "--no-comments", "--no-publications", "--no-subscriptions"),
        *(f"--snapshot={snapshot}", f"--lock-wait-timeout={LOCK_WAIT_MS}"),
        *(f"--exclude-table-data={name}" for name in LEFT_OUT),
        f"--dbname={address.conninfo}",
    ]
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=said, stdin=subprocess.DEVNULL, env=address.environment()
        ) as process:
            assert process.stdout is not None
            try:
                for chunk in chunks_of(process.stdout):
                    tell(len(chunk))
                    yield chunk
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            raise BackupError(_("pg_dump failed: %(reason)s") % {"reason": reason_of(said)})


def reason_of(said: IO[bytes]) -> str:
    """The telling line of what a program of PostgreSQL wrote to its standard error."""
    said.seek(0)
    lines = [line.strip() for line in said.read().decode(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "ERROR" in line or "error:" in line]
    return (telling or lines or [_("no reason given")])[0]


def _add_media(writer: Writer, media: Path, parts: dict[str, Part], tell: Tell) -> int:
    """Every file below ``media``; gives the number of those that were gone when their turn came."""
    vanished = 0
    for folder, folders, names in os.walk(media, onerror=_not_listed):
        folders.sort()
        # A link to a folder would be passed over, and what is behind it be missed only when it is needed.
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        for path in (Path(folder) / name for name in sorted([*names, *links])):
            if path.is_symlink() or not (path.is_file() or not path.exists()):
                raise BackupError(_("%(path)s is no plain file: media hold nothing else") % {"path": path})
            try:
                file = path.open("rb")
            except FileNotFoundError:
                vanished += 1
                continue
            except OSError as error:
                raise _cannot_be_read(error) from error
            with file:
                name = MEDIA + path.relative_to(media).as_posix()
                parts[name] = writer.add(name, chunks_of(file))
            tell(parts[name].bytes)
    return vanished


def _not_listed(error: OSError) -> None:
    """os.walk would pass over a folder that it may not read. One that is not there holds nothing."""
    if not isinstance(error, FileNotFoundError):
        raise _cannot_be_read(error) from error


def _cannot_be_read(error: OSError) -> BackupError:
    return BackupError(
        _("%(path)s cannot be read: %(why)s") % {"path": error.filename, "why": error.strerror}
    )


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that only its owner reads, under its name once it is whole and on the disk."""
    begun = path.with_name(f".{path.name}.begun")
    if path.exists():
        raise BackupError(_("%(path)s is there already: a backup overwrites nothing") % {"path": path})
    try:
        file = os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except FileExistsError as error:
        raise BackupError(
            _("%(path)s is there: another backup is being made, or one was killed; then remove it")
            % {"path": begun}
        ) from error
    except OSError as error:
        raise BackupError(
            _("%(path)s cannot be written: %(why)s") % {"path": path, "why": error.strerror}
        ) from error
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        begun.rename(path)
    except OSError as error:
        raise BackupError(
            _("%(path)s cannot be written: %(why)s") % {"path": path, "why": error.strerror}
        ) from error
    finally:
        begun.unlink(missing_ok=True)
