"""The defects of each source that are known, as data, and the log of what was done about them.

An entry of the log is ``{"code", "what", "before", "after"}``: KATO of the unit (or empty), and words for
people who must judge the boundaries. It is kept on the generation and shown with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from regions import coverage
from regions.coverage import Shapes
from regions.facts import iso_of, oblast_of
from regions.sources.source import BoundarySource, SourceUnit

Log = list[dict[str, str]]

# Overlaps below a square metre come from rounding coordinates; they are counted, not listed.
LISTED_KM2 = 1e-6


@dataclass(frozen=True)
class Renumbered:
    """A unit published under the code of something else."""

    code: str
    correct: str
    why: str


@dataclass(frozen=True)
class Misnamed:
    """A wrong name; names are taken from regions/data, so this only notes what stood there, where it still
    does.
    """

    code: str
    before: str
    after: str


@dataclass(frozen=True)
class Noted:
    """A defect that cannot be mended from what is known."""

    code: str
    what: str
    before: str
    after: str


Defect = Renumbered | Misnamed | Noted

BOTH_VINTAGES: tuple[Defect, ...] = (
    Misnamed("790000000", "Чимкент", "город Шымкент"),
    Misnamed("590000000", "Солтүстiк Қазақстан", "Солтүстік Қазақстан облысы"),  # a Latin i
    Misnamed("113400000", "Aршалинский", "Аршалынский район"),  # a Latin A
    Misnamed("791310000", "Аль-Фарабиский", "Аль-Фарабийский район"),
    Misnamed("791510000", "Енбекшинскийский", "Енбекшинский район"),
    Misnamed("791710000", "Каратаускийский", "Каратауский район"),
    Misnamed("751910000", "Түркісіб", "Түрксіб ауданы"),
    Misnamed("791310000", "Әл Фараби", "Әл-Фараби ауданы"),
    Misnamed("474200000", "Қарақиян", "Қарақия ауданы"),
    Misnamed("635400000", "Қатонқарағай", "Катонқарағай ауданы"),
    Misnamed("275400000", "Бөкейордасы", "Бөкей ордасы ауданы"),
    Misnamed("274800000", "Казталовка", "Казталов ауданы"),
    Misnamed("315400000", "Мерке", "Меркі ауданы"),
    Misnamed("111800000", "Степногор", "Степногорск қаласы"),
    Misnamed("352100000", "Приозер", "Приозерск қаласы"),
)
DEFECTS: dict[tuple[str, str], tuple[Defect, ...]] = {
    ("geokz", "2018"): (
        *BOTH_VINTAGES,
        Noted(
            "191000000", "Kazakh and Russian names exchanged", "Талдыкорган, Талдықорған", "exchanged back"
        ),
        Misnamed("196000000", "Сарқант", "Сарқан ауданы"),
        Noted(
            "710000000",
            "the capital was called Nur-Sultan from 2019-03-23 to 2022-09-17",
            "Нур-Султан",
            "Астана, its name at the beginning of these boundaries and today; the other finds it in search",
        ),
    ),
    ("geokz", "2024"): (
        Renumbered(
            "622010000", "622000000", "622010000 is the town inside the city administration of Satpayev"
        ),
        *BOTH_VINTAGES,
        Noted(
            "331000000", "Kazakh and Russian names exchanged", "Талдыкорган, Талдықорған", "exchanged back"
        ),
        Misnamed("334800000", "Сарқант", "Сарқан ауданы"),
        Misnamed("101010000", "Zharasemey", "Zhanasemey District"),
        Noted(
            "101010000",
            "the rayon of Zhanasemey (2024) carries the KATO of the town of Semey; its own is not known",
            "101010000",
            "101010000, kept as a provisional number: no other unit has it",
        ),
        Noted(
            "615500000",
            "the rayon of Sauran (2021) is missing",
            "no polygon",
            "its area is part of 612000000 Kentau",
        ),
        Noted(
            "635400000",
            "the rayon of Ulken Naryn (2024) is missing",
            "no polygon",
            "its area is part of Katonkaragay",
        ),
        Noted(
            "635200000",
            "the rayon of Markakol (2024) is missing",
            "no polygon",
            "its area is part of Kurshum",
        ),
    ),
}


def repair_codes(source: BoundarySource) -> tuple[tuple[SourceUnit, ...], Log]:
    """The units under their right codes, ordered by code, with the log of names, codes and ISO 3166-2."""
    units = list(source.units)
    log: Log = []
    for defect in DEFECTS.get((source.name, source.vintage), ()):
        match defect:
            case Renumbered(code, correct, why):
                units = [replace(u, code=correct) if u.code == code else u for u in units]
                log.append(_entry(correct, why, code, correct))
            case Misnamed(code, before, after) if _publishes(units, code, before):
                log.append(_entry(code, "misspelt or outdated name", before, after))
            case Noted(code, what, before, after):
                log.append(_entry(code, what, before, after))
    for code, iso in sorted({(oblast_of(unit.code), unit.iso) for unit in units if unit.iso}):
        if iso != iso_of(code):
            log.append(
                _entry(code, "ISO 3166-2 is the first two digits of KATO since 2022-11-29", iso, iso_of(code))
            )
    return tuple(sorted(units, key=lambda unit: unit.code)), log


def _publishes(units: Iterable[SourceUnit], code: str, word: str) -> bool:
    return any(word in unit.published for unit in units if code in {unit.code, oblast_of(unit.code)})


def repair_shapes(units: Sequence[SourceUnit]) -> tuple[Shapes, Log]:
    """One valid coverage in the order of ``units``, with the log of every polygon, overlap and gap mended."""
    published = np.array([unit.geom for unit in units], dtype=object)
    codes = [unit.code for unit in units]
    log: Log = []
    for code, shape in zip(codes, published, strict=True):
        if not shape.is_valid:
            log.append(_entry(code, "invalid polygon", shapely.is_valid_reason(shape), "valid"))
    valid = coverage.repaired(published)
    whole = coverage.cleaned(valid)
    log += _overlap_entries(coverage.overlaps(valid), codes)
    left = {(gap.lon, gap.lat) for gap in coverage.gaps(whole)}
    for gap in coverage.gaps(valid):
        if (gap.lon, gap.lat) not in left:
            where = f"{gap.km2 * 1e6:.0f} m² at {gap.lon}, {gap.lat}"
            log.append(_entry("", "gap between units", where, "closed"))
    return whole, log


def _overlap_entries(found: Iterable[coverage.Overlap], codes: Sequence[str]) -> Iterable[dict[str, str]]:
    slight = 0
    for overlap in found:
        if overlap.km2 < LISTED_KM2:
            slight += 1
            continue
        pair = f"{codes[overlap.first]} and {codes[overlap.second]}: {overlap.km2:.6f} km²"
        yield _entry(codes[overlap.first], "overlap of two units", pair, "given to one of them")
    if slight:
        yield _entry("", "overlaps below 1 m²", f"{slight} pairs", "given to one of each")


def _entry(code: str, what: Any, before: Any, after: Any) -> dict[str, str]:
    return {"code": code, "what": str(what), "before": str(before), "after": str(after)}
