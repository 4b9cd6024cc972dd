"""tipg, a server of vector tiles out of PostGIS, to be measured against."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

from django.db import connection

from tests.benchmarks.installing import installed_versions, virtual_environment
from tests.benchmarks.serving import serving

TIPG = "tipg==1.6.1"
PATH = "/collections/public.layers_feature/tiles/WebMercatorQuad/{z}/{x}/{y}"
COLUMNS = "id,kind,category_id,status"


def installed() -> Path | None:
    """The folder of its programs; None when it cannot be installed here."""
    return virtual_environment("tipg", TIPG, "uvicorn[standard]")


def versions(programs: Path) -> str:
    return installed_versions(programs, "tipg", "uvicorn")


@contextmanager
def serving_tipg(
    programs: Path, url: str, *, statement_timeout_ms: int = 0, **settings: str
) -> Iterator[int]:
    """One worker of it while the block lasts; its port. ``settings``: of its environment."""
    command = [str(programs / "uvicorn"), "tipg.main:app", "--port", "{port}", "--log-level", "warning"]
    # GDAL of the system, not of our wheels.
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GDAL_", "PROJ_"))}
    environment = kept | {
        "DATABASE_URL": f"{as_tipg_reads_it(url)}?statement_timeout={statement_timeout_ms}",
        "TIPG_DB_TABLES": '["public.layers_feature"]',
        **settings,
    }
    with serving(command, environment, alive="/healthz") as port:
        yield port


def as_tipg_reads_it(url: str) -> str:
    """tipg refuses an address without a host; the folder of a socket can stand there, escaped."""
    known = connection.settings_dict
    login = quote(known["USER"]) + (f":{quote(known['PASSWORD'])}" if known["PASSWORD"] else "")
    host = f"{quote(known['HOST'] or 'localhost', safe='')}:{known['PORT'] or 5432}"
    return f"postgresql://{login}@{host}{urlsplit(url).path}"
