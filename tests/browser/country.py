"""The features of the browser tests: few enough to count, in known places. Run with DATABASE_URL set."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import django
from django.contrib.gis.geos import GEOSGeometry, Point

TOWNS = {"almaty": (76.93, 43.25), "semey": (80.25, 50.42), "aktau": (51.9, 43.8), "astana": (71.43, 51.13)}
# Far from everything else, in the steppe of Karaganda oblast: a press there meets nothing but it.
LONELY = (69.0, 47.5)
LONELY_TITLE = "The well <b>dried</b> up & nobody came"
FIRST_DAY = datetime(2026, 1, 10, 6, tzinfo=UTC)
STATUSES = {
    "problem": ("new", "in_progress", "confirmed", "declined"),
    "need": ("voiced", "met"),
    "initiative": ("gathering", "completed"),
}


def main() -> None:
    django.setup()
    # Models can be imported only when Django is ready.
    from layers.bulk import merge_features
    from layers.models import Category

    names = {
        "name_kk": "Жол сынағы",
        "name_ru": "Дороги (проба)",
        "name_en": "Roads (trial)",
        "position": 900,
    }
    parent, _ = Category.objects.get_or_create(code="trial-roads", defaults=names)
    names |= {"name_kk": "Шұңқырлар", "name_ru": "Ямы", "name_en": "Potholes", "parent": parent}
    Category.objects.get_or_create(code="trial-potholes", defaults=names)
    outcome = merge_features(rows(), jurisdiction="kz")
    if outcome.outside:
        raise SystemExit(f"outside of Kazakhstan: {outcome.outside}")


def rows() -> Iterator:
    from layers.bulk import FeatureRow

    def row(
        kind: str, number: int, place: GEOSGeometry, title: str, status: str, day: datetime
    ) -> FeatureRow:
        return FeatureRow(
            kind=kind,
            ewkb=place.hexewkb.decode(),
            title=title,
            text="",
            language="en",
            address="",
            category="trial-potholes",
            status=status,
            received_at=day,
            first_response_at=None,
            due_at=None,
            resolved_at=None,
            closed_at=None,
            source="browser",
            source_id=f"{kind}-{number}",
        )

    dice = random.Random(2026)
    for kind, amount in (("problem", 300), ("need", 40), ("initiative", 20)):
        for number in range(amount):
            lon, lat = TOWNS[list(TOWNS)[number % len(TOWNS)]]
            place = Point(lon + dice.gauss(0, 0.03), lat + dice.gauss(0, 0.02), srid=4326)
            status = dice.choice(STATUSES[kind])
            yield row(
                kind, number, place, f"{kind} number {number}", status, FIRST_DAY + timedelta(days=number)
            )
    yield row("problem", 1000, Point(*LONELY, srid=4326), LONELY_TITLE, "new", FIRST_DAY)
    area = GEOSGeometry("SRID=4326;POLYGON((68.0 48.0, 68.02 48.0, 68.02 48.02, 68.0 48.02, 68.0 48.0))")
    yield row("need", 1001, area, "A park where the fields were", "voiced", FIRST_DAY)


if __name__ == "__main__":
    main()
