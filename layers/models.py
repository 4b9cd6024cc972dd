"""WHAT is on the map: one table for needs, initiatives and problems, and the categories they have."""

from datetime import UTC, datetime
from typing import Self

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import IsValid
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db.models import CheckConstraint, F, Func, Q, TextField, UniqueConstraint, Value
from django.db.models.functions import Concat
from django.db.models.lookups import Exact, In
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from geoportal.accounts.models import User
from geoportal.lib.postgis import GeometryType
from layers.statuses import PRIVATE_STATUSES, STATUSES, Kind, Status, status_of
from regions.models import Jurisdiction, NamedInThreeLanguages

SHAPES = ["POINT", "LINESTRING", "MULTILINESTRING", "POLYGON", "MULTIPOLYGON"]
# Lines and areas, as the index ``feature_shape`` and the tiles that use it say it.
IS_SHAPE = ~Q(Exact(GeometryType("geom"), Value("POINT")))

TIMES = ["received_at", "first_response_at", "due_at", "resolved_at", "closed_at"]
CALENDAR = (datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC))


class Category(NamedInThreeLanguages):
    """What a feature is about, in two levels: "utilities" and, below it, "burst pipe". Codes are promises."""

    code = models.SlugField(_("code"), primary_key=True, max_length=50)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    position = models.PositiveSmallIntegerField(_("position in lists"))

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")


class FeatureQuerySet(models.QuerySet["Feature"]):
    def public(self) -> Self:
        """Without what never leaves the database: hidden features and drafts."""
        return self.exclude(status__in=PRIVATE_STATUSES)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)


class Feature(models.Model):
    """A need, an initiative or a problem: one thing on the map.

    ``geom`` is a point, a line or an area in EPSG:4326, valid, inside the outline of its jurisdiction.
    ``oblast`` and ``rayon`` are the KATO of the regions in force now that the feature's representative point
    lies in: an index, filled by ``regions.boundaries``; the geometry is the truth. ``map_x``, ``map_y`` are
    that point's integer position (see geoportal.lib.geo): every count on the map is made on them.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="features", db_index=False)
    geom = models.GeometryField(_("place"), srid=4326)
    map_x = models.GeneratedField(
        expression=Func("geom", function="map_x", output_field=models.IntegerField()),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    map_y = models.GeneratedField(
        expression=Func("geom", function="map_y", output_field=models.IntegerField()),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    oblast = models.CharField(_("KATO of the oblast"), max_length=9, blank=True, default="")
    rayon = models.CharField(_("KATO of the rayon"), max_length=9, blank=True, default="")

    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True, default="")
    language = models.CharField(_("language of the text"), max_length=2)
    address = models.CharField(_("address"), max_length=300, blank=True, default="")
    category = models.ForeignKey(Category, models.PROTECT, related_name="features", db_index=False)
    status = models.CharField(_("status"), max_length=20)
    author = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="features", db_index=False
    )

    received_at = models.DateTimeField(_("received"))
    first_response_at = models.DateTimeField(_("first response"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    # Where a loaded row came from: a second load of the same file finds it again by (source, source_id).
    source = models.CharField(_("source"), max_length=50, blank=True, default="")
    source_id = models.CharField(_("number in the source"), max_length=100, null=True, blank=True)
    is_demo = models.BooleanField(_("demonstration data"), default=False)
    search = models.GeneratedField(
        expression=SearchVector(
            Func(
                Concat("title", Value(" "), "text", output_field=TextField()),
                function="search_words",
                output_field=TextField(),
            ),
            config="simple",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = FeatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("feature")
        verbose_name_plural = _("features")
        constraints = [
            UniqueConstraint("source", "source_id", name="feature_source_id_once"),
            CheckConstraint(
                condition=Q(
                    *(
                        Q(kind=kind, status__in=[s.code for s in statuses])
                        for kind, statuses in STATUSES.items()
                    ),
                    _connector=Q.OR,
                ),
                name="feature_status_known",
            ),
            CheckConstraint(condition=Q(language__in=["kk", "ru", "en"]), name="feature_language_known"),
            CheckConstraint(
                condition=In(GeometryType("geom"), SHAPES), name="feature_geom_point_line_or_area"
            ),
            CheckConstraint(condition=IsValid("geom"), name="feature_geom_valid"),
            CheckConstraint(
                condition=Q(first_response_at__isnull=True) | Q(first_response_at__gte=F("received_at")),
                name="feature_answered_after_received",
            ),
            CheckConstraint(
                condition=Q(resolved_at__isnull=True) | Q(resolved_at__gte=F("received_at")),
                name="feature_resolved_after_received",
            ),
            CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("received_at")),
                name="feature_closed_after_received",
            ),
            # PostgreSQL's -infinity to infinity is wider than Python's years 1 to 9999 in every zone.
            CheckConstraint(
                condition=Q(*(Q(**{f"{name}__range": CALENDAR}) for name in TIMES)),
                name="feature_times_in_calendar",
            ),
        ]
        indexes = [
            # Lists in order of arrival, and exact counts under period filters, as index-only scans.
            models.Index(
                fields=["kind", "jurisdiction", "-received_at", "-id"],
                include=["status", "category", "oblast", "rayon"],
                name="feature_arrival",
            ),
            # Exact counts under region, category and status. Each combination is kept once, so it takes 8
            # bytes a feature, and is 3 to 60 times as fast as the index above (docs/database.md).
            models.Index(
                fields=["kind", "jurisdiction", "oblast", "rayon", "category", "status"],
                name="feature_facets",
            ),
            GinIndex(fields=["search"], name="feature_search"),
            # Tiles: positions with all that they show and filter by, as index-only scans (docs/tiles.md).
            models.Index(
                fields=["kind", "jurisdiction", "map_x", "map_y"],
                include=["id", "status", "category", "oblast", "rayon", "received_at"],
                name="feature_place",
            ),
            # An expression, because GeoDjango forgets the condition of an index on a geometry's name.
            GistIndex(F("geom"), name="feature_shape", condition=IS_SHAPE),
            models.Index(fields=["id"], name="feature_demo", condition=Q(is_demo=True)),
            # Most features are loaded and have no author: they cost this index nothing.
            models.Index(fields=["author"], name="feature_author", condition=Q(author__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse(f"{self.kind}", args=[self.pk])

    @property
    def life_status(self) -> Status:
        return status_of(self.kind, self.status)
