"""Rivals to measure against, from the package indexes into folders under var/ that are no part of the
project.
"""

import json
import subprocess
import sys
from pathlib import Path

from geoportal.bootstrap import packages
from geoportal.bootstrap.console import BootstrapError

FOLDER = Path(__file__).resolve().parents[2] / "var" / "benchmarks"
INSTALL_TIMEOUT_S = 300


def virtual_environment(name: str, *requirements: str) -> Path | None:
    """The folder of its programs; None when it cannot be made here."""
    programs = FOLDER / name / "bin"
    stamp = FOLDER / name / "installed"
    if stamp.exists() and stamp.read_text() == " ".join(requirements):
        return programs
    try:
        subprocess.run([sys.executable, "-m", "venv", FOLDER / name], check=True, capture_output=True)
        install = [str(programs / "pip"), "install", "--quiet", *requirements]
        subprocess.run(install, check=True, capture_output=True, timeout=INSTALL_TIMEOUT_S)
    except (subprocess.SubprocessError, OSError):
        return None
    stamp.write_text(" ".join(requirements))
    return programs


def installed_versions(programs: Path, *names: str) -> str:
    listed = subprocess.run(
        [programs / "pip", "list", "--format", "freeze"], capture_output=True, text=True, check=True
    ).stdout.split()
    named = [line.replace("==", " ") for line in listed if line.split("==")[0] in names]
    return ", ".join(named)


def node_package(name: str, requirement: str) -> Path | None:
    """The folder that Node finds the package from; None when it cannot be installed here."""
    folder = FOLDER / name
    if (folder / "node_modules" / name).exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    # Without one of its own, npm would add the package to the project's.
    (folder / "package.json").write_text(json.dumps({"private": True}))
    try:
        command = [*packages.npm(), "install", "--no-audit", "--no-fund", "--ignore-scripts", requirement]
        subprocess.run(
            command,
            check=True,
            cwd=folder,
            env=packages.npm_environment(),
            capture_output=True,
            timeout=INSTALL_TIMEOUT_S,
        )
    except (subprocess.SubprocessError, OSError, BootstrapError):
        return None
    return folder
