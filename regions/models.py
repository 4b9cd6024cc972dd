"""WHERE: jurisdictions, boundaries by generation, akimats, settlements and population.

Boundaries are versioned, never edited (the lesson of MapIt): a question about a place is asked with a date,
and the 2022 reform that made Abai, Jetisu and Ulytau is a second generation beside the first.
"""

from typing import Any

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import IsValid
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import CheckConstraint, F, Func, Q, UniqueConstraint
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LEVEL_OBLAST = 1
LEVEL_RAYON = 2


class NamedInThreeLanguages(models.Model):
    name_kk = models.CharField(_("name in Kazakh"), max_length=200)
    name_ru = models.CharField(_("name in Russian"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """The name in the reader's language (Kazakh for any language that is not ours)."""
        return getattr(self, f"name_{get_language() or 'kk'}"[:7], self.name_kk)

    def __str__(self) -> str:
        return self.name_en


class Jurisdiction(NamedInThreeLanguages):
    """The level-0 region: the area that the portal serves, with its outline and its clock.

    Kazakhstan by default. A foreign city can stand beside it, for trying real data; a feature belongs to one
    jurisdiction and lies inside its outline.
    """

    code = models.SlugField(_("code"), primary_key=True, max_length=20)
    time_zone = models.CharField(_("time zone"), max_length=50)
    outline = models.MultiPolygonField(_("outline"), srid=4326)

    class Meta:
        verbose_name = _("jurisdiction")
        verbose_name_plural = _("jurisdictions")
        constraints = [CheckConstraint(condition=IsValid("outline"), name="jurisdiction_outline_valid")]


class Generation(models.Model):
    """One consistent set of boundaries, in force for a span of days.

    ``valid_from`` is included, ``valid_to`` is not; None means "still in force". ``repairs`` is the log of
    what was mended in the source on the way in: a list of ``{"code", "what", "before", "after"}``.
    """

    jurisdiction = models.ForeignKey(Jurisdiction, models.CASCADE, related_name="generations")
    source = models.CharField(_("source"), max_length=50)
    vintage = models.CharField(_("vintage"), max_length=20)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    attribution = models.CharField(_("attribution"), max_length=300)
    licence = models.CharField(_("licence"), max_length=100)
    sha256 = models.CharField(_("SHA-256 of the source"), max_length=64)
    repairs = models.JSONField(_("repairs"), default=list)
    loaded_at = models.DateTimeField(_("loaded"), auto_now_add=True)

    class Meta:
        verbose_name = _("boundary generation")
        verbose_name_plural = _("boundary generations")
        constraints = [
            CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="generation_days_ordered",
            ),
            ExclusionConstraint(
                name="generation_days_never_overlap",
                expressions=[
                    ("jurisdiction", RangeOperators.EQUAL),
                    (
                        Func("valid_from", "valid_to", function="DATERANGE", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.jurisdiction_id} {self.vintage}"


class RegionKind(models.TextChoices):
    OBLAST = "oblast", _("oblast")
    REPUBLICAN_CITY = "republican_city", _("city of republican significance")
    RAYON = "rayon", _("rayon")
    CITY = "city", _("city of oblast significance")
    CITY_DISTRICT = "city_district", _("city district")


class Region(NamedInThreeLanguages):
    """An oblast-level (1) or rayon-level (2) unit of one generation, by its nine-digit KATO code."""

    generation = models.ForeignKey(Generation, models.CASCADE, related_name="regions")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    level = models.PositiveSmallIntegerField(_("level"))
    kind = models.CharField(_("kind"), max_length=20, choices=RegionKind.choices)
    code = models.CharField("KATO", max_length=9)
    iso = models.CharField("ISO 3166-2", max_length=6, blank=True)
    geom = models.MultiPolygonField(_("boundary"), srid=4326)
    area_km2 = models.FloatField(_("area on the ellipsoid, km²"))
    official_area_km2 = models.FloatField(_("official area, km²"), null=True, blank=True)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        constraints = [
            UniqueConstraint("generation", "code", name="region_code_once_a_generation"),
            CheckConstraint(condition=IsValid("geom"), name="region_geom_valid"),
            CheckConstraint(condition=Q(kind__in=RegionKind.values), name="region_kind_known"),
            CheckConstraint(
                condition=Q(level=LEVEL_OBLAST, parent__isnull=True)
                | Q(level=LEVEL_RAYON, parent__isnull=False),
                name="region_level_matches_parent",
            ),
            CheckConstraint(condition=Q(area_km2__gt=0), name="region_area_positive"),
        ]


class RegionShape(models.Model):
    """A region simplified for one zoom, in Web Mercator metres, as part of one coverage: shared borders stay
    shared.
    """

    region = models.ForeignKey(Region, models.CASCADE, related_name="shapes")
    zoom = models.PositiveSmallIntegerField(_("zoom"))
    geom = models.MultiPolygonField(_("shape"), srid=3857)

    class Meta:
        constraints = [UniqueConstraint("region", "zoom", name="shape_once_a_zoom")]
        indexes = [models.Index("zoom", name="shape_zoom")]


class RegionPiece(models.Model):
    """A region cut into small polygons (ST_Subdivide), so that "which region is this point in?" is a short
    look.
    """

    region = models.ForeignKey(Region, models.CASCADE, related_name="pieces")
    geom = models.PolygonField(_("piece"), srid=4326)


class Akimat(NamedInThreeLanguages):
    """The local executive body of a region. It outlives boundary generations, so it is known by KATO, not by
    row.
    """

    jurisdiction = models.ForeignKey(Jurisdiction, models.CASCADE, related_name="akimats")
    code = models.CharField("KATO", max_length=9)
    level = models.PositiveSmallIntegerField(_("level"))

    class Meta:
        verbose_name = _("akimat")
        verbose_name_plural = _("akimats")
        constraints = [UniqueConstraint("jurisdiction", "code", name="akimat_once_a_region")]


class Population(models.Model):
    """An official count of people in a region on a day."""

    jurisdiction = models.ForeignKey(Jurisdiction, models.CASCADE, related_name="populations")
    code = models.CharField("KATO", max_length=9)
    date = models.DateField(_("date"))
    people = models.PositiveIntegerField(_("people"))
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        verbose_name = _("population")
        verbose_name_plural = _("populations")
        constraints = [UniqueConstraint("jurisdiction", "code", "date", name="population_once_a_day")]


class Settlement(NamedInThreeLanguages):
    """A city, town or village. ``oblast`` and ``rayon`` are found by point in polygon, never taken from the
    source.

    ``population`` is the gazetteer's own undated figure, good for ordering labels and for nothing else.
    """

    jurisdiction = models.ForeignKey(Jurisdiction, models.CASCADE, related_name="settlements")
    geonames_id = models.PositiveIntegerField("GeoNames", unique=True)
    point = models.PointField(_("place"), srid=4326)
    population = models.PositiveIntegerField(_("population"), default=0)
    is_capital = models.BooleanField(_("capital of the country"), default=False)
    is_centre = models.BooleanField(_("centre of an oblast"), default=False)
    min_zoom = models.PositiveSmallIntegerField(_("first zoom where it is shown"))
    oblast = models.CharField(_("KATO of the oblast"), max_length=9)
    rayon = models.CharField(_("KATO of the rayon"), max_length=9, blank=True)

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")


class PlaceName(models.Model):
    """One spelling of a place, folded for search. ``code`` is a KATO for a region, empty for a settlement."""

    jurisdiction = models.ForeignKey(Jurisdiction, models.CASCADE, related_name="place_names")
    settlement = models.ForeignKey(Settlement, models.CASCADE, null=True, blank=True, related_name="names")
    code = models.CharField("KATO", max_length=9, blank=True)
    name = models.CharField(_("name"), max_length=200)
    folded = models.GeneratedField(
        expression=Func("name", function="fold", output_field=models.TextField()),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(settlement__isnull=False, code="") | (Q(settlement__isnull=True) & ~Q(code="")),
                name="place_name_has_one_place",
            ),
        ]
        indexes = [GinIndex(OpClass("folded", "gin_trgm_ops"), name="place_name_trigrams")]

    def __str__(self) -> Any:
        return self.name
