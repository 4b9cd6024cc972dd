"""Installed PostgreSQL binaries: which to use, and how much memory to give them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

OLDEST = 14  # multirange types and the extension versions our migrations ask for
DEBIAN = Path("/usr/lib/postgresql")
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
MIB = 1024 * 1024
# PostgreSQL else writes a statement that failed into its log with all values (a certificate names its holder
# and their IIN), and the row that was in the way.
SILENT_ABOUT_PEOPLE = {"log_min_error_statement": "panic", "log_error_verbosity": "terse"}


@dataclass(frozen=True)
class Binaries:
    bin: Path
    major: int

    def has_postgis(self) -> bool:
        config = subprocess.run(
            [self.bin / "pg_config", "--sharedir"], capture_output=True, text=True, check=False
        )
        return (Path(config.stdout.strip()) / "extension" / "postgis.control").exists()


def installed() -> list[Binaries]:
    """Every complete PostgreSQL on this machine, newest first: Debian's folders, then the PATH."""
    folders = [path.parent for path in DEBIAN.glob("*/bin/initdb")]
    if on_path := shutil.which("initdb"):
        folders.append(Path(on_path).resolve().parent)
    found = {folder: major for folder in folders if (major := _major(folder)) is not None}
    return sorted((Binaries(folder, major) for folder, major in found.items()), key=lambda b: -b.major)


def usable(among: list[Binaries]) -> Binaries | None:
    """The newest that is new enough and has PostGIS."""
    return next((b for b in among if b.major >= OLDEST and b.has_postgis()), None)


def _major(folder: Path) -> int | None:
    needed = ("initdb", "pg_ctl", "postgres", "psql", "pg_isready", "pg_config")
    if not all((folder / name).exists() for name in needed):
        return None
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"(\d+)", answer.stdout)
    return int(found[1]) if found else None


def server_settings(*, memory_bytes: int, socket: Path, port: int) -> dict[str, str]:
    """postgresql.conf of a database that shares its machine with the web server and its user's other
    programs.
    """

    def share(part: int, least_mib: int, most_mib: int) -> str:
        return f"{min(max(memory_bytes // MIB // part, least_mib), most_mib)}MB"

    return {
        "listen_addresses": "",
        "unix_socket_directories": str(socket),
        "unix_socket_permissions": "0700",
        "port": str(port),
        "max_connections": "100",
        "shared_buffers": share(8, 64, 4096),
        "effective_cache_size": share(2, 128, 65536),
        "work_mem": share(512, 4, 64),
        "maintenance_work_mem": share(32, 32, 1024),
        "max_wal_size": "2GB",
        "checkpoint_completion_target": "0.9",
        "wal_compression": "on",
        "random_page_cost": "1.1",
        "jit": "off",  # compiling costs more than it saves on queries of a few milliseconds
        "timezone": "UTC",
        "log_timezone": "UTC",
        **SILENT_ABOUT_PEOPLE,
    }


def machine_memory_bytes() -> int:
    """Physical memory, or the container's limit where that is less."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = CGROUP_LIMIT.read_text().strip()
    except OSError:
        return physical
    return min(physical, int(limit)) if limit.isdigit() else physical
