"""Two processes live and end together."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from geoportal.bootstrap.console import BootstrapError
from geoportal.bootstrap.places import REPOSITORY
from geoportal.bootstrap.serve import Address, supervise

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_the_port_and_the_host_come_from_the_environment() -> None:
    assert Address.from_environment({}).url == "http://127.0.0.1:8000"
    assert Address.from_environment({"PORT": "9000", "HOST": "::1"}).url == "http://[::1]:9000"


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_a_port_that_is_none_is_refused_by_name(port: str) -> None:
    with pytest.raises(BootstrapError, match="PORT must be a number"):
        Address.from_environment({"PORT": port})


def test_a_taken_port_is_one_line_with_a_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            BootstrapError, match=rf"{port} \(Address already in use\).*PORT={port + 1} make run"
        ):
            Address("127.0.0.1", port).check_free()


def test_when_one_process_ends_the_others_are_stopped(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    noted = tmp_path / "pid"
    web = ["sh", "-c", f"echo $$ > '{noted}'; exec sleep 60"]
    commands = {"web server": web, "worker": ["sh", "-c", "sleep 0.5; exit 3"]}
    code = supervise(commands, os.environ, ready=lambda: True, on_ready=lambda: None)
    assert code == 1
    assert "The worker ended by itself (exit code 3)" in capsys.readouterr().err
    assert not _runs(int(noted.read_text()))


def test_being_asked_to_stop_ends_all_and_is_no_failure() -> None:
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM)).start()
    before = signal.getsignal(signal.SIGTERM)
    assert supervise({"worker": SLEEP}, os.environ, ready=lambda: True, on_ready=lambda: None) == 0
    assert signal.getsignal(signal.SIGTERM) is before


def test_processes_end_when_the_one_that_watches_them_is_killed() -> None:
    program = (
        "import os, sys; from geoportal.bootstrap.serve import supervise\n"
        "sleeper = ['sh', '-c', 'echo $$; exec sleep 60']\n"
        "supervise({'worker': sleeper}, os.environ, ready=lambda: True, on_ready=lambda: None)\n"
    )
    watcher = subprocess.Popen(
        [sys.executable, "-c", program], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    assert watcher.stdout is not None
    worker = int(watcher.stdout.readline())
    watcher.kill()
    watcher.wait()
    deadline = time.monotonic() + 5
    while _runs(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(worker)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
