"""geokz: rayons of 2018 and 2024, from OCHA COD-AB, as published in the R package of that name (CC BY 4.0).

Taken from the data folder where the files are there, else from the package's public address (GEOKZ_URL:
v1.0.2, the commit of 2024-07-01). Both are pinned by SHA-256: the repairs of regions/repair.py are about
exactly these bytes. Only the rayons are read; oblasts are derived from them.
"""

import hashlib
import tempfile
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from regions.download import download
from regions.facts import KAZAKHSTAN_AREA_KM2
from regions.sources.source import BoundarySource, Expected, SourceUnavailable, SourceUnit
from regions.sources.vector import read_polygons

NAME = "geokz"
ATTRIBUTION = "geokz (A. Rodionoff) / OCHA COD-AB"
LICENCE = "CC BY 4.0"
LIMIT_BYTES = 4_000_000
TIMEOUT_S = 20.0

REFORM = date(2022, 6, 8)  # the decree of 2022-05-04 came into force: Abai, Jetisu, Ulytau
VINTAGES: dict[str, tuple[date, date | None, Expected]] = {
    # Shymkent became a city of republican significance on 2018-06-19.
    "2018": (date(2018, 6, 19), REFORM, Expected(17, 216, KAZAKHSTAN_AREA_KM2)),
    "2024": (REFORM, None, Expected(20, 224, KAZAKHSTAN_AREA_KM2)),
}
SHA256 = {
    "kaz_admbnda_adm2_2018.cpg": "3ad3031f5503a4404af825262ee8232cc04d4ea6683d42c5dd0a2f2a27ac9824",
    "kaz_admbnda_adm2_2018.dbf": "4caafff36bb0a815bd134a659106790beee95f290a17cb16d83ae68e316fdfe3",
    "kaz_admbnda_adm2_2018.prj": "a02a27b1d1982c8516d83398e85a3c8b1aef1713c13ef4d84d7bde17430c07c4",
    "kaz_admbnda_adm2_2018.shp": "caa866a0b227288604f30b02054c942537aead65e071675d20bb58193be2a926",
    "kaz_admbnda_adm2_2018.shx": "bdec7b19a5374f5667b1416316c4c2886f2586dbb1ee1e3c3722af40cd5e5617",
    "kaz_admbnda_adm2_2024.cpg": "3ad3031f5503a4404af825262ee8232cc04d4ea6683d42c5dd0a2f2a27ac9824",
    "kaz_admbnda_adm2_2024.dbf": "e0fb676d93cdacb3b3a583fa64a679ce1e0a5456b464308f05a2a1c09f1c1168",
    "kaz_admbnda_adm2_2024.prj": "a02a27b1d1982c8516d83398e85a3c8b1aef1713c13ef4d84d7bde17430c07c4",
    "kaz_admbnda_adm2_2024.shp": "6821c48a27c5c77c20d1cf71365a0c4078d48e28494b19fa9a6be4c7c2b63a49",
    "kaz_admbnda_adm2_2024.shx": "9486f1b1f95a2eaceb23fc6834f68bd549dbb4bf0b47d833075850fd6b1d9dd6",
}


def read(vintage: str) -> BoundarySource:
    """Raises SourceUnavailable for an unknown vintage or other bytes, DownloadFailed when no address gives
    them.
    """
    if vintage not in VINTAGES:
        raise SourceUnavailable(
            _("geokz has no boundaries of %(vintage)s (there are: %(known)s)")
            % {"vintage": vintage, "known": ", ".join(VINTAGES)}
        )
    folder = settings.DATA_DIR / NAME
    names = [name for name in SHA256 if vintage in name]
    fetch = _from_folder if all((folder / name).exists() for name in names) else _from_address
    with tempfile.TemporaryDirectory() as held:
        for name in names:
            (Path(held) / name).write_bytes(fetch(name))
        return _read_files(Path(held) / f"kaz_admbnda_adm2_{vintage}.shp", vintage)


def _from_folder(name: str) -> bytes:
    body: bytes = (settings.DATA_DIR / NAME / name).read_bytes()
    if hashlib.sha256(body).hexdigest() != SHA256[name]:
        raise SourceUnavailable(_("%(name)s is not the pinned file: its SHA-256 differs") % {"name": name})
    return body


def _from_address(name: str) -> bytes:
    return download(
        f"{settings.GEOKZ_URL.rstrip('/')}/{name}",
        limit_bytes=LIMIT_BYTES,
        timeout_s=TIMEOUT_S,
        sha256=SHA256[name],
    )


def _read_files(path: Path, vintage: str) -> BoundarySource:
    rows, shapes = read_polygons(path)
    units = tuple(
        SourceUnit(
            code=_text(row["KATO"]),
            geom=shape,
            name_kk=_text(row["ADM2_KK"]),
            name_ru=_text(row["ADM2_RU"]),
            name_en=_text(row["ADM2_EN"]),
            iso=_text(row["ISO_3166_2"]),
            published=frozenset(_text(value) for column, value in row.items() if column.startswith("ADM")),
        )
        for row, shape in zip(rows, shapes, strict=True)
    )
    valid_from, valid_to, expected = VINTAGES[vintage]
    return BoundarySource(
        name=NAME,
        vintage=vintage,
        valid_from=valid_from,
        valid_to=valid_to,
        attribution=ATTRIBUTION,
        licence=LICENCE,
        sha256=SHA256[path.name],
        units=units,
        expected=expected,
    )


def _text(value: object) -> str:
    return str(value).strip()
