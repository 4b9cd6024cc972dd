"""The way IN: what has been loaded, by whom, from which bytes."""

from django.contrib.gis.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from layers.statuses import Kind
from regions.models import Jurisdiction


class Load(models.Model):
    """One run of ``load_layer``. ``finished_at`` is None while it runs, and for ever when it was interrupted.

    Counts are rows of the file; ``reasons`` is rejected rows by reason code. A row of the file is inserted,
    updated, unchanged or rejected: the four add up to ``read``.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="loads")
    source = models.CharField(_("source"), max_length=50)
    file_name = models.CharField(_("file"), max_length=255)
    file_sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    mapping_sha256 = models.CharField(_("SHA-256 of the mapping"), max_length=64)
    loaded_by = models.CharField(_("account that ran the load"), max_length=100)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    read = models.PositiveBigIntegerField(_("read"), default=0)
    inserted = models.PositiveBigIntegerField(_("inserted"), default=0)
    updated = models.PositiveBigIntegerField(_("updated"), default=0)
    unchanged = models.PositiveBigIntegerField(_("unchanged"), default=0)
    rejected = models.PositiveBigIntegerField(_("rejected"), default=0)
    reasons = models.JSONField(_("rejected by reason"), default=dict)

    class Meta:
        verbose_name = _("load")
        verbose_name_plural = _("loads")
        constraints = [
            CheckConstraint(
                condition=Q(read=F("inserted") + F("updated") + F("unchanged") + F("rejected")),
                name="load_accounts_for_every_row",
            ),
            CheckConstraint(condition=Q(kind__in=Kind.values), name="load_kind_known"),
        ]
        indexes = [models.Index(fields=["source", "-started_at"], name="load_source")]

    def __str__(self) -> str:
        return f"{self.source} {self.started_at:%Y-%m-%d %H:%M}"


class RestingIndex(models.Model):
    """An index of the feature table that is laid aside for a large first fill (ingest/resting.py), and how it
    is made again. Between fills there is none.
    """

    name = models.CharField(_("name"), max_length=63, primary_key=True)
    definition = models.TextField(_("how it is made"))

    class Meta:
        verbose_name = _("index laid aside")
        verbose_name_plural = _("indexes laid aside")

    def __str__(self) -> str:
        return self.name
