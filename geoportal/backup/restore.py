"""A backup's way back: the whole file is checked first, then the database comes back in one transaction.

What pg_restore writes goes to psql between BEGIN and COMMIT, and COMMIT is only said when pg_restore has
ended well. So a database that was to be replaced stays as it was when anything fails. (`pg_restore
--single-transaction` cannot drop what the backup does not know; `psql --single-transaction` commits what it
got when its input is cut off.)
"""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO

from django.utils.translation import gettext as _

from geoportal.backup import server
from geoportal.backup.archive import DUMP, MEDIA, chunks_of, part_chunks, verified
from geoportal.backup.errors import BackupError
from geoportal.backup.make import reason_of
from geoportal.backup.manifest import Manifest
from geoportal.backup.programs import Programs, programs_for
from geoportal.lib.sql import statement

# A portal that still runs holds what is to be dropped; say so instead of waiting for it.
LOCK_TIMEOUT = "10s"
Tell = Callable[[int], object]


@dataclass(frozen=True)
class Restored:
    """``differing``: tables that are not what they were; none unless something is very wrong."""

    manifest: Manifest
    dropped: int
    differing: tuple[str, ...]


def restore(*, path: Path, address: server.Address, media: Path, replace: bool, tell: Tell) -> Restored:
    """Bring the backup back into an empty database and an empty folder of files.

    With ``replace`` what is there is dropped (in the same transaction) and files of the same name are
    overwritten. ``tell`` hears of the bytes read: each of the file's twice. Raises BackupError.
    """
    manifest = verified(path, tell)
    with address.connect() as connection:
        programs = _fitting(manifest, connection)
        there = server.own_objects(connection)
    if there and not replace:
        raise BackupError(
            _("the database is not empty (%(count)s objects, %(one)s among them): --replace drops them all")
            % {"count": len(there), "one": there[0][0]}
        )
    names = {name for name in manifest.parts if name.startswith(MEDIA)}
    if names and not replace and media.is_dir() and any(media.iterdir()):
        raise BackupError(_("%(path)s is not empty: --replace overwrites files") % {"path": media})
    _bring_back_media(path, names, media, tell)
    drops = "".join(f"{each};\n" for _name, each in there)
    _bring_back_database(
        path, programs, address, f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}';\n{drops}", tell
    )
    with address.connect() as connection:
        connection.execute("ANALYZE")
        found = {name: server.tally(connection, *name.split(".", 1)) for name in manifest.tables}
    differing = tuple(name for name, tally in found.items() if tally != manifest.tables[name])
    return Restored(manifest, len(there), differing)


def _fitting(manifest: Manifest, connection: server.Connection[tuple[object, ...]]) -> Programs:
    major = server.major_of(connection)
    if manifest.dump_major > major:
        raise BackupError(
            _("the backup was made by pg_dump %(dump)s: PostgreSQL %(server)s is too old for it")
            % {"dump": manifest.dump_major, "server": major}
        )
    known = {row[0] for row in connection.execute("SELECT name FROM pg_available_extensions")}
    if missing := sorted(manifest.extensions.keys() - known):
        raise BackupError(_("the server lacks the extension %(name)s") % {"name": ", ".join(missing)})
    return programs_for(major)


def _bring_back_media(path: Path, names: set[str], media: Path, tell: Tell) -> None:
    for name, chunks in part_chunks(path, names.__contains__):
        target = media / name.removeprefix(MEDIA)
        target.parent.mkdir(parents=True, exist_ok=True)
        begun = target.with_name(f".{target.name}.begun")
        with begun.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
                tell(len(chunk))
        os.replace(begun, target)


def _bring_back_database(
    path: Path, programs: Programs, address: server.Address, before: str, tell: Tell
) -> None:
    reading = [programs.path("pg_restore"), "--format=custom", "--no-owner", "--no-privileges", "--file=-"]
    writing = [
        *(programs.path("psql"), "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1"),
        *("--output=/dev/null", f"--dbname={address.conninfo}"),
    ]
    environment = address.environment()
    with (
        tempfile.TemporaryFile() as said_reading,
        tempfile.TemporaryFile() as said_writing,
        subprocess.Popen(
            reading, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said_reading, env=environment
        ) as reader,
        subprocess.Popen(
            writing, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said_writing, env=environment
        ) as writer,
    ):
        assert reader.stdin is not None
        assert reader.stdout is not None
        assert writer.stdin is not None
        feeder = Thread(target=_feed, args=(path, reader.stdin, tell), daemon=True)
        feeder.start()
        with suppress(BrokenPipeError):  # psql has ended: its reason is below
            writer.stdin.write(f"BEGIN;\n{before}".encode())
            for chunk in chunks_of(reader.stdout):
                writer.stdin.write(chunk)
            if reader.wait() == 0:
                after = statement(server.PACKAGE, "after_restore")
                writer.stdin.write(f"{after}\nCOMMIT;\n".encode())
        with suppress(BrokenPipeError):
            writer.stdin.close()
        reader.stdout.close()
        failed = writer.wait() != 0
        feeder.join()
        reason = reason_of(said_writing) if failed else reason_of(said_reading) if reader.wait() else ""
    if reason:
        raise BackupError(_("nothing was changed in the database: %(reason)s") % {"reason": reason})


def _feed(path: Path, into: IO[bytes], tell: Tell) -> None:
    with suppress(BrokenPipeError):
        for chunk in _dump_of(path):
            into.write(chunk)
            tell(len(chunk))
    with suppress(BrokenPipeError):
        into.close()


def _dump_of(path: Path) -> Iterator[bytes]:
    for _name, chunks in part_chunks(path, DUMP.__eq__):
        yield from chunks
