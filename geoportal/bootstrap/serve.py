"""The web server and the worker, started together and stopped together."""

from __future__ import annotations

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType

from geoportal.bootstrap.console import BootstrapError, say
from geoportal.bootstrap.places import REPOSITORY, VENV_PYTHON

READY_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 20.0
POLL_S = 0.1
MOST_WORKERS = 4
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Address:
    host: str
    port: int

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Address:
        """``HOST`` and ``PORT``. Raises BootstrapError for a port that is not one."""
        text = environ.get("PORT") or "8000"
        if not text.isdecimal() or not 0 < int(text) < 65536:
            raise BootstrapError(f"PORT must be a number from 1 to 65535, not {text!r}")
        return cls(environ.get("HOST") or "127.0.0.1", int(text))

    @property
    def url(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def check_free(self) -> None:
        """Raises BootstrapError when another program listens there, before minutes of set-up."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                raise BootstrapError(
                    f"cannot listen on {self.host}:{self.port} ({error.strerror}): "
                    f"choose another with PORT={self.port + 1} make run"
                ) from error


def web_command(address: Address, environ: Mapping[str, str]) -> list[str]:
    workers = environ.get("WEB_WORKERS") or str(min(os.cpu_count() or 1, MOST_WORKERS))
    return [
        *(str(VENV_PYTHON), "-m", "granian", "--interface", "wsgi", "geoportal.wsgi:application"),
        *("--host", address.host, "--port", str(address.port), "--workers", workers),
        *("--blocking-threads", "2", "--log-level", "warning", "--no-access-log"),
        "--respawn-failed-workers",  # without it one killed worker ends the whole server (measured)
    ]


def worker_command() -> list[str]:
    return [str(VENV_PYTHON), "-m", "geoportal", "worker"]


class Stopped(Exception):
    """Somebody asked us to stop."""


class Ended(Exception):
    """A process that should run for ever ended; the message says which and how."""


def supervise(
    commands: Mapping[str, Sequence[str]],
    env: Mapping[str, str],
    *,
    ready: Callable[[], bool],
    on_ready: Callable[[], None],
) -> int:
    """Run the named commands until one ends (the others are stopped; 1) or we are asked to stop (0).

    ``on_ready`` is called once, when ``ready`` first says so; it must within READY_TIMEOUT_S, or this raises
    BootstrapError. Each command has its own process group, so that Ctrl-C reaches only us and they end in
    order.
    """
    running: dict[str, subprocess.Popen[bytes]] = {}
    previous = {number: signal.signal(number, _stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        for name, command in commands.items():
            running[name] = subprocess.Popen(
                command, cwd=REPOSITORY, env=dict(env), process_group=0, preexec_fn=_end_with_parent
            )
        _watch(running, until=ready, timeout_s=READY_TIMEOUT_S)
        on_ready()
        _watch(running, until=lambda: False)
    except Stopped:
        say("Stopping …")
    except Ended as ended:
        say(f"{ended}; stopping the rest.")
        return 1
    finally:
        for number in previous:
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave anything behind
        _end(running)
        for number, handler in previous.items():
            signal.signal(number, handler)
    return 0


def _watch(
    running: Mapping[str, subprocess.Popen[bytes]],
    *,
    until: Callable[[], bool],
    timeout_s: float = float("inf"),
) -> None:
    deadline = time.monotonic() + timeout_s
    while not until():
        for name, process in running.items():
            if (code := process.poll()) is not None:
                raise Ended(f"The {name} ended by itself ({_described(code)})")
        if time.monotonic() > deadline:
            raise BootstrapError(f"not ready after {timeout_s:.0f} s: ask /readyz for what is missing")
        time.sleep(POLL_S)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def answers(address: Address, path: str, environ: Mapping[str, str]) -> bool:
    """Does the portal answer 200 at ``path`` (``/healthz``, ``/readyz``)?

    Asked under the first name of ALLOWED_HOSTS, because in production it answers to no other.
    """
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address.host, address.host)
    name = environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".").replace("*", "") or "localhost"
    connection = http.client.HTTPConnection(host, address.port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": name})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _end(running: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for process in running.values():
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_TIMEOUT_S
    for process in running.values():
        try:
            process.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _end_with_parent() -> None:
    """In the child: ask the kernel for SIGTERM when the parent dies, however it dies."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _described(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
