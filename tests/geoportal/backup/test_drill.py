"""The drill: back up a portal that people write to, bring it back into a fresh cluster, compare all."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from geoportal.backup import restore as module
from geoportal.backup import server
from geoportal.backup.make import LEFT_OUT, make_backup
from geoportal.backup.restore import restore
from geoportal.backup.server import Address
from geoportal.bootstrap.places import REPOSITORY
from tests.geoportal.backup.conftest import url
from tests.scaling.servers import environment

# The copied database is made only for tests that say they use one.
pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)

# Three people after another sign and submit, while the log is kept, until the standard input is closed.
WRITERS = """
import sys, threading
import django; django.setup()
from django.db import connection
from geoportal.accounts.models import User
from geoportal.accounts.identity import iin_hash
from geoportal.log.running import sequencing
from regions.models import Jurisdiction
from tests.fakes.authority import authority_of, spare_key
from tests.ingest.signed import asked, handed_in
from tests.world import build_world
if not Jurisdiction.objects.exists():
    build_world()
stopped = threading.Event()
authority, key = authority_of("rsa"), spare_key("rsa")
def report(person):
    number = 0
    while not stopped.is_set():
        number += 1
        iin = f"9001013{person}{number:04}"
        user = User.objects.create(iin_hash=iin_hash(iin), language="kk")
        holder = authority.person(iin=iin, surname="ОМАРОВ", name="АСҚАР", key=key)
        handed_in(asked(user, title=f"Өтініш {number}"), holder=holder)
        if person == 0 and number == 5:
            print("writing", flush=True)
    connection.close()
people = [threading.Thread(target=report, args=(person,)) for person in range(3)]
with sequencing():
    for each in people: each.start()
    sys.stdin.read()
    stopped.set()
    for each in people: each.join()
"""


@contextmanager
def people_writing(into: Address, keys: Path) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITERS],
        cwd=REPOSITORY,
        env=environment(DATABASE_URL=url(into), LOG_KEY_DIR=str(keys)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    yield
    process.stdin.close()
    assert process.wait(30) == 0


def rows_of(address: Address) -> dict[tuple[str, str], list[str]]:
    """Every row of every table as text, by another way than the product's tallies."""
    with address.connect() as connection:
        return {
            name: [
                row[0]
                for row in connection.execute(
                    SQL("SELECT each_row::text FROM {} AS each_row ORDER BY 1").format(Identifier(*name))
                )
            ]
            for name in server.tables(connection)
            if ".".join(name) not in LEFT_OUT
        }


def one(address: Address, query: str) -> Any:
    with address.connect() as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def objects_of(address: Address) -> list[tuple[str, str]]:
    """Definitions of columns, indexes, constraints, triggers, functions; and where each sequence stands."""
    with address.connect() as connection:
        rows = connection.execute("""
            WITH own AS (
                SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
            )
            SELECT attrelid::regclass || '.' || attname, concat_ws(' ', format_type(atttypid, atttypmod),
                attnotnull, attgenerated, attidentity, pg_get_expr(adbin, adrelid))
            FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
            WHERE attrelid IN (TABLE own) AND attnum > 0 AND NOT attisdropped
            UNION ALL SELECT indexrelid::regclass::text, concat(pg_get_indexdef(indexrelid), indisvalid)
                FROM pg_index WHERE indrelid IN (TABLE own)
            UNION ALL SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
                FROM pg_constraint WHERE connamespace = 'public'::regnamespace
            UNION ALL SELECT tgrelid::regclass || '.' || tgname, concat(pg_get_triggerdef(oid), tgenabled)
                FROM pg_trigger WHERE NOT tgisinternal
            UNION ALL SELECT oid::regprocedure::text, pg_get_functiondef(oid) FROM pg_proc
                WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'p')
                    AND oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e')
            UNION ALL SELECT sequencename, concat(last_value) FROM pg_sequences WHERE schemaname = 'public'
                AND sequencename <> 'layers_change_id_seq'
            UNION ALL SELECT 'extension ' || extname, extversion FROM pg_extension
            ORDER BY 1, 2
        """)
        # A definition that is read once more is written with other casts and brackets, and means the same.
        return [(row[0], re.sub(r"::(text|character varying)(\[\])?|[()]", "", row[1])) for row in rows]


@pytest.fixture(scope="module")
def drill(
    source: Address, empty: Callable[[], Address], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Address, Address, Path]:
    """Source, what came back of it, and the folder of files that came back."""
    folder = tmp_path_factory.mktemp("drill")
    media = folder / "media"
    (media / "қала").mkdir(parents=True)
    (media / "қала" / ("фото" * 15 + ".jpg")).write_bytes(b"\xff\xd8" + bytes(700))
    (media / "empty").touch()
    (media / os.fsdecode(b"\xc0\xe9.jpg")).write_bytes(b"a name from another system, in no UTF-8")
    with people_writing(source, folder / "keys"):
        before = one(source, "SELECT count(*) FROM layers_feature")
        path, manifest = make_backup(
            target=folder,
            address=source,
            media=media,
            log_keys=[],
            portal="0",
            at=NOW,
            tell=lambda more: None,
        )
    after = one(source, "SELECT count(*) FROM layers_feature")
    assert before <= manifest.tables["public.layers_feature"].rows < after

    target = empty()
    restored = restore(
        path=path, address=target, media=folder / "restored", replace=False, tell=lambda more: None
    )
    assert restored.differing == ()
    assert one(target, "SELECT count(*) FROM layers_feature") == manifest.tables["public.layers_feature"].rows
    return source, target, folder


def test_a_backup_made_while_people_submit_has_whole_transactions_only(
    drill: tuple[Address, Address, Path],
) -> None:
    target = drill[1]
    count = one(target, "SELECT count(*) FROM ingest_submission WHERE state = 'accepted'")
    assert count == one(target, "SELECT count(*) FROM ingest_signature")
    assert count == one(target, "SELECT count(*) FROM layers_feature")
    logged = "(SELECT count(*) FROM log_entry) + (SELECT count(*) FROM log_pending)"
    assert count == one(target, f"SELECT {logged}")
    assert one(target, "SELECT count(*) FROM log_entry") > 0


def test_what_comes_back_is_as_the_log_says(drill: tuple[Address, Address, Path]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "geoportal", "verify", "--database"],
        cwd=REPOSITORY,
        # The note beside the key knows of heads that were signed after the backup: docs/log.md, Restoring.
        env=environment(DATABASE_URL=url(drill[1]), LOG_KEY_DIR=str(drill[2] / "no keys")),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "All is as it was logged."


def test_every_row_of_a_quiet_portal_comes_back(drill: tuple[Address, Address, Path]) -> None:
    source, target, folder = drill
    path, _manifest = make_backup(
        target=folder / "quiet.tar",
        address=source,
        media=folder / "none",
        log_keys=[],
        portal="0",
        at=NOW,
        tell=lambda more: None,
    )
    restore(path=path, address=target, media=folder / "none", replace=True, tell=lambda more: None)

    assert rows_of(target) == rows_of(source)
    assert objects_of(target) == objects_of(source)


def test_files_come_back_with_their_names_and_bytes(drill: tuple[Address, Address, Path]) -> None:
    folder = drill[2]

    def content(of: Path) -> dict[str, bytes]:
        return {str(path.relative_to(of)): path.read_bytes() for path in of.rglob("*") if path.is_file()}

    assert content(folder / "restored") == content(folder / "media")
    assert len(content(folder / "restored")) == 3


def test_what_is_brought_back_can_be_written_to_as_before(drill: tuple[Address, Address, Path]) -> None:
    """Sequences go on, generated columns are computed, triggers note what changes."""
    target = drill[1]
    with target.connect() as connection:
        before = connection.execute("SELECT count(*), max(id) FROM layers_feature").fetchone()
        columns = ", ".join(
            row[0]
            for row in connection.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = 'layers_feature'::regclass AND attnum > 0 "
                "AND attgenerated = '' AND attidentity = '' AND NOT attisdropped"
            )
        )
        made = connection.execute(
            f"INSERT INTO layers_feature ({columns}) SELECT {columns} FROM layers_feature "
            "ORDER BY id LIMIT 1 RETURNING id, map_x".encode()
        ).fetchone()
        assert made is not None
        noted = connection.execute(
            "SELECT count(*) FROM layers_change WHERE first_id = %s", made[:1]
        ).fetchone()
    assert before is not None
    assert noted is not None
    assert made[0] > before[1]
    assert made[1] > 0
    assert noted[0] == 1


def test_the_log_of_changes_begins_anew_in_another_cluster(drill: tuple[Address, Address, Path]) -> None:
    """Else numbers of the old server's transactions would keep the snapshot of columns from being used."""
    assert one(drill[1], "SELECT xid::text FROM layers_change_horizon") == "0"


def test_no_other_table_goes_by_numbers_of_one_server(source: Address) -> None:
    with source.connect() as connection:
        rows = connection.execute("""
            SELECT DISTINCT 'public.' || relname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND atttypid IN (
                'xid8'::regtype, 'xid'::regtype, 'pg_lsn'::regtype, 'pg_snapshot'::regtype, 'oid'::regtype,
                'regclass'::regtype
            )
        """)
        assert {row[0] for row in rows} <= set(LEFT_OUT)


def test_replacing_drops_what_the_backup_does_not_know(
    drill: tuple[Address, Address, Path], empty: Callable[[], Address]
) -> None:
    path, target = next(drill[2].glob("geoportal-*.tar")), empty()
    with target.connect() as connection:
        connection.execute(
            "CREATE SCHEMA later CREATE TABLE later.added (id int); CREATE TYPE mood AS ENUM ('good');"
            'CREATE DOMAIN small AS int; CREATE TYPE pair AS (a int, b int); CREATE SEQUENCE "Odd name";'
            "CREATE TABLE layers_feature (id serial PRIMARY KEY, mood mood, small small);"
            "CREATE VIEW seen AS TABLE layers_feature; CREATE MATERIALIZED VIEW kept AS TABLE layers_feature;"
            "CREATE FUNCTION f(pair) RETURNS int LANGUAGE sql AS 'SELECT 1';"
            "CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';"
            "CREATE TEXT SEARCH CONFIGURATION words (COPY = simple)"
        )
    restored = restore(
        path=path, address=target, media=drill[2] / "again", replace=True, tell=lambda more: None
    )
    assert restored.dropped == 12
    assert restored.differing == ()
    assert {name for name, _ in objects_of(target)} == {name for name, _ in objects_of(drill[1])}


def test_a_restore_that_fails_changes_nothing(
    drill: tuple[Address, Address, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last statement fails, after everything was dropped and brought back in the same transaction."""
    target = drill[1]
    before = rows_of(target)
    monkeypatch.setattr(module, "statement", lambda package, name: "SELECT 1 / 0;")
    with pytest.raises(module.BackupError, match=r"nothing was changed in the database: .*division by zero"):
        restore(
            path=next(drill[2].glob("geoportal-*.tar")),
            address=target,
            media=drill[2] / "third",
            replace=True,
            tell=lambda more: None,
        )
    assert rows_of(target) == before


def test_a_database_in_use_is_told_and_not_waited_for(
    drill: tuple[Address, Address, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOCK_TIMEOUT", "50ms")
    with drill[1].connect() as user:
        user.execute("BEGIN")
        user.execute("SELECT FROM layers_feature")
        with pytest.raises(module.BackupError, match="lock timeout"):
            restore(
                path=next(drill[2].glob("geoportal-*.tar")),
                address=drill[1],
                media=drill[2] / "fourth",
                replace=True,
                tell=lambda more: None,
            )
        with pytest.raises(psycopg.errors.UndefinedTable):
            user.execute("TABLE later.added")
