"""The virtual environment ``.venv`` with exactly the locked packages, and ``.venv/bin/geoportal``."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from geoportal.bootstrap.console import run_step
from geoportal.bootstrap.places import LOGS, REPOSITORY, VENV, VENV_PYTHON

RUN_LOCK = REPOSITORY / "requirements.txt"
DEV_LOCK = REPOSITORY / "requirements-dev.txt"  # holds everything of RUN_LOCK too
STAMP = VENV / "installed.json"
# A caller's settings that make pip or Python look elsewhere; mirrors and certificates (PIP_INDEX_URL …) stay.
HOSTILE = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV")
# Not the launcher pip would write: that one holds an absolute path and breaks beyond 127 bytes of it.
LAUNCHER = """#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/python" -m geoportal "$@"
"""


def ensure(*, dev: bool) -> None:
    """Take ``.venv`` to what the lock says. Costs nothing when it is there; a half-made one is made again."""
    lock = DEV_LOCK if dev else RUN_LOCK
    have = _read_stamp()
    accepted = {_digest(DEV_LOCK), _digest(lock)}  # what the tests need includes what running needs
    if have.get("place") == str(REPOSITORY) and have.get("lock") in accepted and VENV_PYTHON.exists():
        return
    if have.get("place") != str(REPOSITORY) or not VENV_PYTHON.exists():
        _make()
    STAMP.unlink(missing_ok=True)
    total = len(re.findall(r"^[A-Za-z0-9][\w.\[\]-]*==", lock.read_text(), re.MULTILINE))
    run_step(
        f"Installing {total} Python packages",
        [
            *(VENV_PYTHON, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"),
            *("--require-hashes", "--no-deps", "-r", lock),
        ],
        log=LOGS / "pip.log",
        env=_clean_environment(),
        progress=_counter(total),
        advice="is the network there? Run the same command again",
    )
    _write_launcher()
    STAMP.write_text(json.dumps({"place": str(REPOSITORY), "lock": _digest(lock)}))


def site_packages() -> Path:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    found = sorted((VENV / "lib").glob("python3.*/site-packages"))
    return found[0] if found else VENV / "lib" / version / "site-packages"


def _make() -> None:
    if VENV.exists():
        shutil.rmtree(VENV)
    run_step(
        f"Making a virtual environment in {VENV}",
        [sys.executable, "-m", "venv", VENV],
        log=LOGS / "venv.log",
        env=_clean_environment(),
    )


def _write_launcher() -> None:
    """Make the checkout importable from any folder, and put ``geoportal`` beside ``python``."""
    (site_packages() / "geoportal.pth").write_text(f"{REPOSITORY}\n")
    launcher = VENV / "bin" / "geoportal"
    launcher.write_text(LAUNCHER)
    launcher.chmod(0o755)


def _clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in HOSTILE}


def _counter(total: int) -> Callable[[str], str | None]:
    seen = 0

    def progress(line: str) -> str | None:
        nonlocal seen
        if line.startswith("Collecting "):
            seen += 1
            return f"{seen} of {total}"
        return "unpacking" if line.startswith("Installing collected") else None

    return progress


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read_stamp() -> dict[str, str]:
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp
