"""``geoportal build_snapshot`` and the worker that runs it, as whoever operates the portal meets them."""

import asyncio
import os
import re
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from layers import tasks
from layers.snapshot import query, store
from layers.snapshot.connection import connect
from layers.snapshot.live import Snapshot
from layers.statuses import Kind
from tests.layers.snapshot.asked import ALL
from tests.world import add_feature, build_world


@pytest.fixture(autouse=True)
def folder(transactional_db: None, tmp_path: Path, settings: Any) -> Path:
    build_world()
    settings.SNAPSHOT_DIR = tmp_path
    return tmp_path


def problems(folder: Path) -> int:
    snapshot = Snapshot(folder, connect)
    snapshot.refresh()
    snapshot.close()
    assert snapshot.state is not None
    return query.count(snapshot.state.shards, Kind.PROBLEM, ALL)


def environment(folder: Path) -> Mapping[str, str]:
    """For a command in a process of its own on the tests' database."""
    known = connection.settings_dict
    host = quote(known["HOST"])
    url = f"postgresql://{known['USER']}:{quote(known['PASSWORD'])}@/{known['NAME']}?host={host}&port={known['PORT']}"
    return os.environ | {"DATABASE_URL": url, "SNAPSHOT_DIR": str(folder)}


def test_it_says_in_numbers_what_it_did(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_feature()
    call_command("build_snapshot")
    said = capsys.readouterr().out
    assert re.fullmatch(
        r"gen-000001: 1 features, 0\.\d MB, \d+\.\d s, [\d,]+ MB of memory; [\d,]+ changes taken in\n", said
    )
    assert problems(folder) == 1


def test_a_second_one_at_the_same_time_is_refused(folder: Path) -> None:
    with pytest.raises(CommandError, match="Another build"), store.building(folder):
        call_command("build_snapshot")


def test_a_full_disk_is_one_clear_line_and_the_one_before_serves_on(folder: Path) -> None:
    add_feature()
    call_command("build_snapshot")
    add_feature()
    done = subprocess.run(
        [sys.executable, "-m", "geoportal", "build_snapshot"],
        env=environment(folder),
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000)),
    )
    assert done.returncode == 1
    assert "The snapshot cannot be written" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert store.current(folder) == "gen-000001"
    assert problems(folder) == 2


def test_the_worker_builds_when_it_is_due_and_only_then(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(folder).items():
        monkeypatch.setenv(name, value)
    add_feature()

    async def look() -> None:
        context: Any = SimpleNamespace()
        await tasks.keep_snapshot.func(context, timestamp=0)

    asyncio.run(look())
    assert store.current(folder) == "gen-000001"
    assert problems(folder) == 1
    asyncio.run(look())
    assert store.current(folder) == "gen-000001"
    (folder / "gen-000001" / store.COLUMNS).write_bytes(b"")
    Snapshot(folder, connect).refresh()
    asyncio.run(look())
    assert store.current(folder) == "gen-000002"
    assert problems(folder) == 1
