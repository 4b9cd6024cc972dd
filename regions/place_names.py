"""Every spelling under which a region or a settlement is found: three languages and former times."""

from collections.abc import Iterable

from regions.facts import rows_of
from regions.models import Generation, PlaceName, Region, Settlement
from regions.settlements import gazetteer_entries
from regions.spellings import searchable

# Words for the kind of unit: "Абай" is looked for as often as "Абай облысы".
KIND_WORDS = {
    "облысы", "ауданы", "қаласы", "область", "район", "город", "имени", "Region", "District",
}  # fmt: skip


def load_place_names(*, jurisdiction: str) -> int:
    """Replace the spellings of the jurisdiction's places. Returns how many there are.

    Regions of all generations can be found: those that are no more are still asked for by their names.
    """
    rows = [*_region_names(jurisdiction), *_settlement_names(jurisdiction)]
    PlaceName.objects.filter(jurisdiction=jurisdiction).delete()
    PlaceName.objects.bulk_create(rows, batch_size=2000)
    return len(rows)


def _region_names(jurisdiction: str) -> Iterable[PlaceName]:
    names: dict[str, set[str]] = {}
    generations = Generation.objects.filter(jurisdiction=jurisdiction)
    for region in Region.objects.filter(generation__in=generations).defer("geom"):
        for name in (region.name_kk, region.name_ru, region.name_en):
            names.setdefault(region.code, set()).update({name, _without_kind(name)})
    for row in rows_of("former_region_names"):
        if row["code"] in names:
            names[row["code"]] |= {row["name"], _without_kind(row["name"])}
    for code, spellings in names.items():
        for name in sorted(spellings):
            yield PlaceName(jurisdiction_id=jurisdiction, code=code, name=name)


def _settlement_names(jurisdiction: str) -> Iterable[PlaceName]:
    known = {entry.geonames_id: entry.spellings for entry in gazetteer_entries()}
    former: dict[int, set[str]] = {}
    for row in rows_of("former_names"):
        former.setdefault(int(row["geonames_id"]), set()).add(row["name"])
    for settlement in Settlement.objects.filter(jurisdiction=jurisdiction):
        spellings = {settlement.name_kk, settlement.name_ru, settlement.name_en}
        spellings |= former.get(settlement.geonames_id, set())
        spellings |= {name for name in known.get(settlement.geonames_id, ()) if searchable(name)}
        for name in sorted(spellings):
            yield PlaceName(jurisdiction_id=jurisdiction, settlement=settlement, name=name)


def _without_kind(name: str) -> str:
    return " ".join(word for word in name.split() if word not in KIND_WORDS) or name
