"""GDAL and GEOS from the wheels of pyogrio and shapely: nothing to install from the system.

One hazard was measured: ``PROJ_DATA`` or ``PROJ_LIB`` inherited from the environment makes GDAL read another
PROJ's database and refuse every CRS, so both are replaced. Must run before anything imports
``django.contrib.gis``.
"""

import os
import sysconfig
from pathlib import Path


def locate() -> tuple[str, str]:
    """Paths of ``(gdal, geos)``, the two shared libraries. FileNotFoundError names the missing wheel."""
    packages = Path(sysconfig.get_path("purelib"))
    os.environ.pop("PROJ_LIB", None)
    os.environ["PROJ_DATA"] = str(packages / "pyogrio" / "proj_data")
    os.environ["GDAL_DATA"] = str(packages / "pyogrio" / "gdal_data")
    return _library(packages / "pyogrio.libs", "libgdal*"), _library(packages / "shapely.libs", "libgeos_c*")


def _library(folder: Path, pattern: str) -> str:
    found = sorted(folder.glob(pattern))
    if not found:
        raise FileNotFoundError(f"no {pattern} in {folder}: reinstall the locked requirements")
    return str(found[0])
