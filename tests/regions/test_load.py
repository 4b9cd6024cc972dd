"""Loading boundaries into the database, from the written source of tests/regions/sources.py."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import Point
from django.core.management import call_command
from django.core.management.base import CommandError

from layers.models import Category, Feature
from layers.placement import replace_regions
from regions.boundaries import generation_at, region_at
from regions.gate import BoundariesRefused
from regions.load import load_boundaries
from regions.models import (
    Akimat,
    Generation,
    Jurisdiction,
    PlaceName,
    Population,
    Region,
    RegionPiece,
    RegionShape,
)
from regions.sources.source import BoundarySource, Expected, SourceUnit, SourceUnusable
from tests.regions.sources import (
    AITEKE_BI,
    AKKOL,
    AKMOLA,
    AKTOBE,
    ALGA,
    ARSHALY,
    only_oblasts,
    quiet,
    written_source,
)

pytestmark = pytest.mark.django_db
REFORM = date(2022, 6, 8)


def load(source: BoundarySource, jurisdiction: str = "kz") -> None:
    load_boundaries(source, jurisdiction=jurisdiction, progress=quiet, after=replace_regions)


def shape_of(region: Region | RegionShape) -> shapely.Geometry:
    return shapely.from_wkb(bytes(region.geom.wkb))


def test_rayons_and_the_oblasts_made_of_them_are_written() -> None:
    load(written_source())
    assert list(Region.objects.order_by("code").values_list("code", "level", "parent__code")) == [
        (AKMOLA, 1, None),
        (AKKOL, 2, AKMOLA),
        (ARSHALY, 2, AKMOLA),
        (AKTOBE, 1, None),
        (ALGA, 2, AKTOBE),
        (AITEKE_BI, 2, AKTOBE),
    ]
    akmola = Region.objects.get(code=AKMOLA)
    assert (akmola.iso, akmola.kind, akmola.name_kk) == ("KZ-11", "oblast", "Ақмола облысы")
    assert akmola.official_area_km2 == 146_219
    assert shape_of(akmola).equals(shapely.union_all([shape_of(child) for child in akmola.children.all()]))


def test_the_result_is_one_coverage_and_each_repair_is_logged() -> None:
    load(written_source())
    rayons = np.array([shape_of(r) for r in Region.objects.filter(level=2)], dtype=object)
    assert shapely.coverage_is_valid(rayons)
    repairs = Generation.objects.get().repairs
    assert {repair["what"] for repair in repairs} == {
        "overlap of two units",
        "gap between units",
        "oblasts are the union of their rayons",
    }
    assert [repair["code"] for repair in repairs if repair["what"] == "overlap of two units"] == [ALGA]


def test_every_zoom_is_drawn_as_one_coverage_with_oblasts_along_the_rayons() -> None:
    load(written_source())
    for zoom in range(13):
        drawn = {
            s.region.code: shape_of(s) for s in RegionShape.objects.filter(zoom=zoom).select_related("region")
        }
        assert len(drawn) == 6
        rayons = np.array([drawn[code] for code in (AKKOL, ARSHALY, ALGA, AITEKE_BI)], dtype=object)
        assert shapely.coverage_is_valid(rayons)
        assert shapely.union_all(rayons[:2]).equals(drawn[AKMOLA])


def test_the_pieces_make_up_their_regions() -> None:
    load(written_source())
    for region in Region.objects.all():
        pieces = [
            shapely.from_wkb(bytes(piece.geom.wkb)) for piece in RegionPiece.objects.filter(region=region)
        ]
        assert shapely.union_all(pieces).symmetric_difference(shape_of(region)).area < 1e-12


def test_the_first_boundaries_make_kazakhstan() -> None:
    load(written_source())
    kazakhstan = Jurisdiction.objects.get()
    assert (kazakhstan.code, kazakhstan.name_kk, kazakhstan.time_zone) == ("kz", "Қазақстан", "Asia/Almaty")
    assert kazakhstan.outline.extent == pytest.approx((70, 50, 71.5, 50.5))


def test_each_region_in_force_has_an_akimat_and_the_populations_come_along() -> None:
    load(written_source())
    assert Akimat.objects.get(code=AKTOBE).name_ru == "Акимат Актюбинской области"
    assert Akimat.objects.count() == 6
    assert Population.objects.filter(code=AKMOLA, date=date(2022, 10, 1)).get().people == 786_012


def test_an_operators_count_survives_loading_again() -> None:
    load(written_source())
    Population.objects.filter(code=AKMOLA, date=date(2022, 10, 1)).update(people=1, source="corrected")
    load(written_source())
    assert Population.objects.get(code=AKMOLA, date=date(2022, 10, 1)).people == 1


def test_loading_again_replaces_the_same_boundaries() -> None:
    load(written_source())
    counts = [model.objects.count() for model in (Region, RegionShape, RegionPiece, Akimat, PlaceName)]
    load(written_source())
    assert Generation.objects.count() == 1
    assert [
        model.objects.count() for model in (Region, RegionShape, RegionPiece, Akimat, PlaceName)
    ] == counts


def test_better_boundaries_of_the_same_days_replace_worse_ones() -> None:
    load(only_oblasts())
    assert Region.objects.filter(level=2).count() == 0
    load(written_source())
    assert Generation.objects.count() == 1
    assert Region.objects.filter(level=2).count() == 4


def test_two_generations_stand_side_by_side_in_either_order() -> None:
    earlier = only_oblasts(vintage="2018", valid_from=date(2018, 6, 19), valid_to=REFORM)
    for order in ((earlier, written_source()), (written_source(), earlier)):
        Generation.objects.all().delete()
        for source in order:
            load(source)
        days = Generation.objects.order_by("valid_from").values_list("vintage", "valid_from", "valid_to")
        assert list(days) == [("2018", date(2018, 6, 19), REFORM), ("2024", REFORM, None)]


def test_boundaries_without_an_end_end_where_the_next_begin() -> None:
    load(only_oblasts(vintage="2018", valid_from=date(2018, 6, 19)))
    load(written_source())
    before, now = Generation.objects.order_by("valid_from")
    assert (before.valid_to, now.valid_to) == (REFORM, None)


def test_boundaries_of_the_past_leave_what_is_in_force_alone() -> None:
    load(written_source())
    outline = Jurisdiction.objects.get().outline
    past = only_oblasts(vintage="2018", valid_from=date(2018, 6, 19), valid_to=REFORM)
    smaller = SourceUnit(AKMOLA, shapely.box(70, 50, 70.5, 50.5))
    load(replace(past, units=(smaller,), expected=Expected(1, 0, None)))
    assert Jurisdiction.objects.get().outline == outline
    assert Akimat.objects.count() == 6


def test_refused_boundaries_change_nothing() -> None:
    load(written_source())
    with pytest.raises(BoundariesRefused, match="there are 4 rayon-level units, there must be 5"):
        load(written_source(expected=Expected(2, 5, None)))
    assert Region.objects.filter(generation=generation_at("kz"), level=2).count() == 4


def test_a_failure_half_way_leaves_the_old_boundaries() -> None:
    load(written_source())
    kept = set(Region.objects.values_list("pk", flat=True))
    unknown = replace(written_source().units[0], code="119900000")
    with pytest.raises(SourceUnusable, match="119900000 is unknown"):
        load(written_source(units=(unknown, *written_source().units[1:])))
    assert set(Region.objects.values_list("pk", flat=True)) == kept


def test_features_are_placed_again_when_boundaries_change() -> None:
    Category.objects.create(code="roads", name_kk="Жолдар", name_ru="Дороги", name_en="Roads", position=1)
    load(only_oblasts())
    places = {"west": (70.25, 50.25), "east": (71.25, 50.4), "border": (71.25, 50.25), "nowhere": (80, 40)}
    ids = {
        name: Feature.objects.create(
            kind="problem", jurisdiction_id="kz", geom=Point(*at, srid=4326), title=name, language="en",
            category_id="roads", status="new", received_at="2026-01-01T00:00Z", oblast="x", rayon="x",
        ).pk
        for name, at in places.items()
    }  # fmt: skip
    loaded = load_boundaries(written_source(), jurisdiction="kz", progress=quiet, after=replace_regions)
    assert loaded.changed == 4
    codes = {name: Feature.objects.values_list("oblast", "rayon").get(pk=pk) for name, pk in ids.items()}
    assert codes == {
        "west": (AKMOLA, AKKOL),
        "east": (AKTOBE, ALGA),
        "border": (AKTOBE, codes["border"][1]),
        "nowhere": ("", ""),
    }
    assert codes["border"][1] in {ALGA, AITEKE_BI}
    again = load_boundaries(written_source(), jurisdiction="kz", progress=quiet, after=replace_regions)
    assert again.changed == 0


def test_a_jurisdiction_that_does_not_exist_gets_no_boundaries() -> None:
    with pytest.raises(BoundariesRefused, match="load_jurisdiction"):
        load(written_source(), jurisdiction="boston")


def test_the_day_decides_which_oblast_a_place_lies_in() -> None:
    one = SourceUnit(AKMOLA, shapely.box(70, 50, 71.5, 50.5))
    whole = only_oblasts(vintage="2018", valid_from=date(2018, 6, 19), valid_to=REFORM)
    load(replace(whole, units=(one,), expected=Expected(1, 0, None)))
    load(written_source())
    place = Point(71.25, 50.4, srid=4326)
    then = region_at(place, jurisdiction="kz", at=REFORM - timedelta(days=1))
    now = region_at(place, jurisdiction="kz", at=REFORM)
    assert then.oblast
    assert then.oblast.code == AKMOLA
    assert now.oblast
    assert now.oblast.code == AKTOBE
    assert region_at(place, jurisdiction="kz", at=date(2018, 6, 18)).oblast is None


def test_the_command_says_why_in_one_line(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(CommandError, match="there is no amCharts file"):
        call_command("load_regions", source="amcharts", file=str(tmp_path / "absent.json"))
    with pytest.raises(CommandError, match="--mapping"):
        call_command("load_regions", source=str(tmp_path / "absent.gpkg"))
    with pytest.raises(CommandError, match=r"geokz has no boundaries of 1999"):
        call_command("load_regions", source="geokz", vintage="1999")
