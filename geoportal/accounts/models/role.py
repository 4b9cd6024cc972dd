"""Who may act as what, where and when. A grant is never edited: it runs out, or an end is put to it."""

from datetime import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from geoportal.accounts.models.user import User
from regions.models import Akimat


class Role(models.TextChoices):
    CITIZEN = "citizen", _("citizen")
    OFFICER = "officer", _("akimat officer")
    EXPERT = "expert", _("expert")
    MONITOR = "monitor", _("monitor")
    REPRESENTATIVE = "representative", _("representative of an organisation")
    PLANNER = "planner", _("planner")
    MODERATOR = "moderator", _("moderator")
    ADMINISTRATOR = "administrator", _("administrator")


# Everybody who signed in is a citizen.
GRANTED = [role for role in Role if role != Role.CITIZEN]
# They act for the state or for all: invited, with password and a second factor. A representative comes with
# the key of the organisation.
STAFF = [role for role in GRANTED if role != Role.REPRESENTATIVE]


class Organisation(models.Model):
    """A legal entity, as its own certificate names it."""

    bin = models.CharField(
        _("BIN"),
        max_length=12,
        unique=True,
        validators=[RegexValidator(r"\A\d{12}\Z", _("A BIN has 12 digits."))],
    )
    name = models.CharField(_("name"), max_length=500)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            CheckConstraint(condition=Q(bin__regex=r"^\d{12}$"), name="organisation_bin_12_digits")
        ]

    def __str__(self) -> str:
        return self.name


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def not_over(self, at: datetime) -> "RoleGrantQuerySet":
        """In force at that time, or later."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at))

    def in_force(self, at: datetime) -> "RoleGrantQuerySet":
        return self.not_over(at).filter(valid_from__lte=at)


class RoleGrant(models.Model):
    """A role from ``valid_from`` (included) to ``valid_to`` (excluded; None: until ended).

    ``granted_until`` is what was granted; ``valid_to`` is when it really stops, which an end (RoleEnd) brings
    forward. ``granted_by`` is None for a grant by the operator's command or by a certificate.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.CharField(_("role"), max_length=20, choices=[(role.value, role.label) for role in GRANTED])
    akimat = models.ForeignKey(Akimat, models.PROTECT, null=True, blank=True, related_name="grants")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="grants"
    )
    valid_from = models.DateTimeField(_("valid from"))
    valid_to = models.DateTimeField(_("valid to"), null=True, blank=True)
    granted_until = models.DateTimeField(_("granted until"), null=True, blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="grants_made")
    granted_at = models.DateTimeField(_("granted"))

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("role of a person")
        verbose_name_plural = _("roles of people")
        constraints = [
            CheckConstraint(condition=Q(role__in=[r.value for r in GRANTED]), name="grant_role_known"),
            CheckConstraint(
                condition=Q(role="officer", akimat__isnull=False)
                | (~Q(role="officer") & Q(akimat__isnull=True)),
                name="grant_akimat_of_officers_alone",
            ),
            CheckConstraint(
                condition=Q(role="representative", organisation__isnull=False)
                | (~Q(role="representative") & Q(organisation__isnull=True)),
                name="grant_organisation_of_representatives_alone",
            ),
            # An end may come before the beginning: then it never was.
            CheckConstraint(
                condition=Q(granted_until__isnull=True) | Q(granted_until__gt=F("valid_from")),
                name="grant_times_ordered",
            ),
            CheckConstraint(
                condition=Q(valid_to__isnull=True, granted_until__isnull=True)
                | (
                    Q(valid_to__isnull=False, valid_to__gte=F("valid_from"))
                    & (Q(granted_until__isnull=True) | Q(valid_to__lte=F("granted_until")))
                ),
                name="grant_ends_within_what_was_granted",
            ),
            ExclusionConstraint(
                name="grants_never_overlap",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (Coalesce("akimat", Value(0)), RangeOperators.EQUAL),
                    (Coalesce("organisation", Value(0)), RangeOperators.EQUAL),
                    (
                        Func(
                            "valid_from", "valid_to", function="TSTZRANGE", output_field=DateTimeRangeField()
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"


class RoleEnd(models.Model):
    """A grant that was withdrawn before it ran out. ``ended_by`` is None when the person left."""

    grant = models.OneToOneField(RoleGrant, models.PROTECT, related_name="end")
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="grants_ended")
    ended_at = models.DateTimeField(_("ended"))

    class Meta:
        verbose_name = _("end of a role")
        verbose_name_plural = _("ends of roles")

    def __str__(self) -> str:
        return f"end of {self.grant_id}"
