"""What a person agreed to: the very text, and when. Neither row is ever edited."""

from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from geoportal.accounts.models.user import User


class Purpose(models.TextChoices):
    PROCESSING = "processing", _("processing of personal data")
    PUBLIC_NAME = "public_name", _("showing my name")


class Consent(models.Model):
    """``text`` is what was on the page, word for word; ``version`` names the edition of it."""

    user = models.ForeignKey(User, models.PROTECT, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    version = models.CharField(_("version"), max_length=20)
    language = models.CharField(_("language"), max_length=2)
    text = models.TextField(_("text"))
    given_at = models.DateTimeField(_("given"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [models.Index("user", "purpose", name="consent_of_user")]
        constraints = [
            CheckConstraint(condition=Q(purpose__in=Purpose.values), name="consent_purpose_known"),
            CheckConstraint(condition=Q(language__in=["kk", "ru", "en"]), name="consent_language_known"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version} {self.pk}"


class ConsentWithdrawal(models.Model):
    consent = models.OneToOneField(Consent, models.PROTECT, related_name="withdrawal")
    withdrawn_at = models.DateTimeField(_("withdrawn"))

    class Meta:
        verbose_name = _("withdrawal of a consent")
        verbose_name_plural = _("withdrawals of consents")

    def __str__(self) -> str:
        return f"withdrawal of {self.consent_id}"
