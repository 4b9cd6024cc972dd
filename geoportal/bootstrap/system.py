"""What only root can install: named in one line to paste, or installed when we are root and on Debian."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from geoportal.bootstrap import postgres
from geoportal.bootstrap.console import BootstrapError, run_step
from geoportal.bootstrap.places import LOGS

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Need:
    """A thing the product needs from the system: how to see whether it is there, and Debian's packages for
    it.
    """

    what: str
    present: Callable[[], bool]
    packages: Callable[[], tuple[str, ...]]


def chromium() -> str | None:
    """The browser for the tests: ``CHROMIUM``, else the first on the PATH."""
    if chosen := os.environ.get("CHROMIUM"):
        return shutil.which(chosen)
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _postgis_packages() -> tuple[str, ...]:
    newest = next((b for b in postgres.installed() if b.major >= postgres.OLDEST), None)
    if newest:  # the extension must fit the PostgreSQL that is there
        return (f"postgresql-{newest.major}-postgis-3",)
    return ("postgresql", "postgresql-postgis")


VENV = Need(
    "Python's venv module",
    lambda: importlib.util.find_spec("ensurepip") is not None,
    lambda: ("python3-venv",),
)
DATABASE = Need(
    "PostgreSQL with PostGIS",
    lambda: postgres.usable(postgres.installed()) is not None,
    _postgis_packages,
)
# The font has the Kazakh letters; a bare Debian has none at all.
BROWSER = Need("Chromium", lambda: chromium() is not None, lambda: ("chromium", "fonts-dejavu-core"))


def ensure(needs: Sequence[Need]) -> None:
    """Install what is missing of ``needs``. Raises BootstrapError naming it, with the command to paste, if we
    may not.
    """
    missing = [need for need in needs if not need.present()]
    if not missing:
        return
    what = " and ".join(need.what for need in missing)
    packages = [package for need in missing for package in need.packages()]
    command = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(packages)}"
    apt = shutil.which("apt-get")
    if apt is None:
        raise BootstrapError(f"missing: {what}. Install it{_or_elsewhere(missing)}")
    if os.geteuid() != 0:
        raise BootstrapError(f"missing: {what}. Run as root: {command}{_or_elsewhere(missing)}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    advice = f"try it by hand: {command}"
    log = LOGS / "apt.log"
    run_step("Reading Debian's package lists", [apt, "update"], log=log, env=env, advice=advice)
    run_step(
        f"Installing {what} ({' '.join(packages)})",
        [apt, "install", "-y", "--no-install-recommends", *packages],
        log=log,
        env=env,
        progress=_unpacking,
        advice=advice,
    )
    importlib.invalidate_caches()
    if still := [need.what for need in missing if not need.present()]:
        raise BootstrapError(f"{' and '.join(still)} still missing after installing {' '.join(packages)}")


def _unpacking(line: str) -> str | None:
    return line.strip()[:60] if line.startswith(("Unpacking", "Setting up")) else None


def _or_elsewhere(missing: Sequence[Need]) -> str:
    return " (or set DATABASE_URL, or use docker compose up)" if DATABASE in missing else ""
