"""Oblast boundaries for a machine that reaches neither geokz's address nor a data folder.

One file of an npm package: the package is 86 MB packed and 350 MB unpacked, so it is not among the
dependencies; the tarball is checked against the integrity that npm publishes for this version, and only the
one file is taken out. Licence of the file: free with a visible link to amCharts, which the map's attribution
shows.
"""

from __future__ import annotations

import base64
import hashlib
import tarfile
import tempfile
from pathlib import Path

from geoportal.bootstrap import packages
from geoportal.bootstrap.console import BootstrapError, run_step
from geoportal.bootstrap.places import LOGS, VAR

PACKAGE = "@amcharts/amcharts5-geodata@5.1.6"
INTEGRITY = "sha512-5tx+De61wj1SSzwJtdnDgAw1PA1+Fx007I1hNKMc07V2HPE57vYRdjRND3n0mnyXsbXJ5USlOmJMUPlqe8eAqw=="
MEMBER = "package/json/kazakhstan2023Low.json"
FILE = VAR / "boundaries" / "kazakhstan2023Low.json"


def amcharts_file() -> Path:
    """The GeoJSON file of 20 oblast-level units (EPSG:4326), fetched once. Raises BootstrapError if it cannot
    be.
    """
    if FILE.exists():
        return FILE
    FILE.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FILE.parent) as folder:
        run_step(
            "Fetching boundaries (86 MB, once)",
            [*packages.npm(), "pack", PACKAGE, "--pack-destination", folder, "--ignore-scripts", "--silent"],
            log=LOGS / "boundaries.log",
            env=packages.npm_environment(),
            advice="is the network there? Or name a folder with boundaries in GEOPORTAL_DATA_DIR",
        )
        tarball = next(Path(folder).glob("*.tgz"))
        check_integrity(tarball, INTEGRITY)
        fresh = Path(folder) / FILE.name
        extract_member(tarball, MEMBER, fresh)
        fresh.replace(FILE)
    return FILE


def check_integrity(path: Path, expected: str) -> None:
    """Compare with an integrity value (``sha512-…``). Raises BootstrapError when the bytes differ."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha512").digest()
    if f"sha512-{base64.b64encode(digest).decode()}" != expected:
        raise BootstrapError(f"{path.name} is not the file that was pinned: its checksum differs")


def extract_member(tarball: Path, member: str, target: Path) -> None:
    with tarfile.open(tarball, "r|gz") as archive:  # a stream: stops at the member, unpacks nothing else
        for entry in archive:
            if entry.name == member and (content := archive.extractfile(entry)):
                target.write_bytes(content.read())
                return
    raise BootstrapError(f"{tarball.name} holds no {member}")
