"""One PostgreSQL data directory and its server process: make, start, stop, and mend after a crash.

Who may use it and when it stops is not decided here (cluster.py). Callers hold the locks.

Nothing here believes a process id in a file. A server that was killed leaves one behind, the number is given
to another program, and then ``pg_ctl status`` says "running" and ``pg_ctl stop`` ends the innocent. The
socket answers instead: whoever listens on it is the server, and the kernel tells its process id.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from geoportal.bootstrap.console import BootstrapError
from geoportal.bootstrap.owner import Owner
from geoportal.bootstrap.postgres import Binaries, machine_memory_bytes, server_settings

PORT = 5432  # only a part of the socket's name: the server listens on no network
ROLE = "geoportal"
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 60.0
ORPHANS_TIMEOUT_S = 5.0
LARGEST_LOG_BYTES = 10_000_000


@dataclass(frozen=True)
class Server:
    data: Path
    socket_folder: Path
    owner: Owner
    binaries: Binaries

    @property
    def socket_file(self) -> Path:
        return self.socket_folder / f".s.PGSQL.{PORT}"

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    def create(self) -> None:
        """Make the data directory; one that was begun and not finished is begun again."""
        begun = self.data.with_name(self.data.name + ".begun")
        if begun.exists():
            shutil.rmtree(begun)
        self.owner.folder(begun)
        done = self.owner.run(
            *(self.binaries.bin / "initdb", "--pgdata", begun, "--username", ROLE),
            *("--encoding", "UTF8", "--locale", "C.UTF-8", "--data-checksums"),
            # Only this user can enter the socket's folder, so whoever reaches the socket is trusted.
            *("--auth-local", "trust", "--auth-host", "reject"),
        )
        if done.returncode:
            raise BootstrapError(f"the database could not be created in {self.data}: {_last(done.stdout)}")
        begun.rename(self.data)

    def listener(self) -> int | None:
        """The process id of the running server; None if none accepts connections."""
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.socket_file))
            except OSError:
                return None
            credentials = probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
            pid: int = struct.unpack("3i", credentials)[0]
            return pid

    def start(self) -> None:
        """Start the server and wait until it answers. Raises BootstrapError with the server's own reason."""
        # One that is still starting or ending (its starter or stopper was killed) gets its time.
        _wait_for(lambda: self.listener() or not self._main_process(), START_TIMEOUT_S)
        if self.listener():
            return
        self._clear_remains()
        self.owner.folder(self.socket_folder)
        self._write_settings()
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        size_before = self.log.stat().st_size if self.log.exists() else 0
        # -l: a server that inherited a captured stdout would keep its reader waiting for ever.
        patience = ("--wait", "--timeout", f"{START_TIMEOUT_S:.0f}")
        where = ("--pgdata", self.data, "--log", self.log)
        done = self.owner.run(self.binaries.bin / "pg_ctl", "start", "--silent", *patience, *where)
        if done.returncode or self.listener() is None:
            with self.log.open(errors="replace") as log:
                log.seek(size_before)
                reason = _last(log.read()) or _last(done.stdout)
            raise BootstrapError(f"the database did not start: {reason} (log: {self.log})")

    def wait_until_ready(self) -> None:
        """A server that recovers from a crash takes connections only to refuse them; wait for it."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while self._client("pg_isready", "--quiet").returncode:
            if time.monotonic() > deadline:
                raise BootstrapError(f"the database still refuses connections (log: {self.log})")
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop a running server cleanly and wait for its end; its clients are disconnected."""
        pid = self.listener()
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast" shutdown
        if not _wait_for(lambda: _ended(pid), STOP_TIMEOUT_S):
            os.kill(pid, signal.SIGQUIT)
            _wait_for(lambda: _ended(pid), ORPHANS_TIMEOUT_S)

    def create_database(self, name: str) -> None:
        psql = ("psql", "-XqAt", "-U", ROLE, "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-c")
        found = self._client(*psql, f"SELECT 1 FROM pg_database WHERE datname = '{name}'")
        if found.returncode == 0 and not found.stdout.strip():
            found = self._client(*psql, f'CREATE DATABASE "{name}"')
        if found.returncode:
            raise BootstrapError(f"the database {name} could not be made: {_last(found.stdout)}")

    def _client(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        where = ("-h", self.socket_folder, "-p", str(PORT))
        return self.owner.run(self.binaries.bin / program, *where, *arguments)

    def _clear_remains(self) -> None:
        """Remove what a killed server left: working processes that survived it, then its lock files.

        Removing the files while such a process lives would let two servers write one directory.
        """
        for sign in (signal.SIGQUIT, signal.SIGKILL):
            for pid in self._processes():
                os.kill(pid, sign)
            if _wait_for(lambda: not self._processes(), ORPHANS_TIMEOUT_S):
                break
        else:
            raise BootstrapError(
                f"processes {self._processes()} use {self.data} and do not end: stop them first"
            )
        for lock in (self.data / "postmaster.pid", self.socket_file, Path(f"{self.socket_file}.lock")):
            lock.unlink(missing_ok=True)

    def _main_process(self) -> int | None:
        """The process that postmaster.pid names, if it really is a server of this directory."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if pid in self._processes() else None

    def _processes(self) -> list[int]:
        """Living PostgreSQL processes of this directory: their working directory is the data directory.

        Asked as the owner, because root without CAP_SYS_PTRACE (containers) cannot read other users' links in
        /proc.
        """
        found = self.owner.run("find", "/proc", "-maxdepth", "2", "-name", "cwd", "-printf", "%p %l\n")
        pairs = re.findall(r"^/proc/(\d+)/cwd (.*)$", found.stdout, re.MULTILINE)
        return [int(pid) for pid, folder in pairs if folder == str(self.data) and _is_postgres(int(pid))]

    def _write_settings(self) -> None:
        """Our settings in a file of their own, written at each start; an operator's go below its include
        line.
        """
        values = server_settings(
            memory_bytes=machine_memory_bytes(), socket=self.socket_folder, port=PORT
        ).items()
        (self.data / "geoportal.conf").write_text("".join(f"{name} = '{value}'\n" for name, value in values))
        main = self.data / "postgresql.conf"
        include = "include = 'geoportal.conf'\n"
        if include not in main.read_text():
            with main.open("a") as conf:
                conf.write(f"\n# Written at each start; your own settings go below.\n{include}")


def _is_postgres(pid: int) -> bool:
    try:
        name = Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return False
    return name in {"postgres", "postmaster"} and not _ended(pid)


def _ended(pid: int) -> bool:
    """No such process, or a zombie that nobody has collected (containers without an init process)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True
    return stat.rpartition(")")[2].split()[0] in "ZX"


def _wait_for(condition: Callable[[], object], timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _last(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "error:" in line or "ERROR" in line]
    return (telling or lines or [""])[-1]
