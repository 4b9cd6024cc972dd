"""The building of a generation, as a person runs it."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from layers.snapshot import store
from tests.benchmarks.snapshot.findings import Aim, Section
from tests.benchmarks.snapshot.timing import figure


class Building(NamedTuple):
    seconds: float
    memory_mb: float
    size_mb: float


def measure(url: str, folder: Path) -> Building:
    """Seconds and peak resident memory of the command, and what it has written."""
    command = [sys.executable, "-m", "geoportal", "build_snapshot"]
    environment = os.environ | {"DATABASE_URL": url, "SNAPSHOT_DIR": str(folder)}
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    name = store.current(folder)
    if process.returncode or name is None:
        raise SystemExit("build_snapshot failed")
    size = sum(file.stat().st_size for file in (folder / name).iterdir())
    return Building(seconds, usage.ru_maxrss / 1024, size / 1e6)


def section(built: Building, rows: int) -> Section:
    a_million = built.size_mb / rows * 1e6
    return Section(
        "Building",
        [
            f"`geoportal build_snapshot` with {rows:,} problems: {figure(built.seconds)} s from start to "
            f"end, {figure(built.memory_mb)} MB of memory at its peak, {figure(built.size_mb)} MB of files."
        ],
        [
            Aim("building a generation", 90, "s", built.seconds),
            Aim("memory for it", 2_000, "MB", built.memory_mb),
            Aim("files, for each million problems", 30, "MB", a_million),
        ],
    )
