"""Links that are sent by e-mail: to sign in, and to become one of the staff. Of the secret in a link only the
SHA-256 is kept; the job that sends the mail makes it, so it is in no queue either.
"""

from django.db import models
from django.db.models import BaseConstraint, CheckConstraint, F, Func, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from geoportal.accounts.models.role import STAFF
from geoportal.accounts.models.user import User
from regions.models import Akimat


class MailedLink(models.Model):
    """``token_sha256`` is None until the mail is sent, and again once the link is of no more use."""

    email = models.EmailField(_("e-mail"))
    token_sha256 = models.BinaryField(_("SHA-256 of the token"), unique=True, null=True, blank=True)
    language = models.CharField(_("language"), max_length=2)
    asked_at = models.DateTimeField(_("asked for"))
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        abstract = True


def _link_constraints(name: str) -> list[BaseConstraint]:
    length = Func("token_sha256", function="octet_length", output_field=models.IntegerField())
    return [
        CheckConstraint(condition=Q(email=Lower("email")), name=f"{name}_email_lower_case"),
        CheckConstraint(condition=Q(expires_at__gt=F("asked_at")), name=f"{name}_times_ordered"),
        CheckConstraint(
            condition=Q(token_sha256__isnull=True) | Q(models.lookups.Exact(length, 32)),
            name=f"{name}_token_is_sha256",
        ),
        CheckConstraint(
            condition=Q(used_at__isnull=True) | Q(token_sha256__isnull=True), name=f"{name}_used_once"
        ),
    ]


class SignInLink(MailedLink):
    """``next`` is the page of the portal that the person wanted to go to."""

    next = models.CharField(_("page to go to"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("sign-in link")
        verbose_name_plural = _("sign-in links")
        indexes = [models.Index("email", name="sign_in_link_email")]
        constraints = _link_constraints("sign_in_link")

    def __str__(self) -> str:
        return f"sign-in link {self.pk}"


class Invitation(MailedLink):
    """To become one of the staff, or (without roles) to set password and second factor anew.

    ``invited_by`` is None for an invitation by the operator's command.
    """

    name = models.CharField(_("name"), max_length=100)
    invited_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="invitations_made"
    )
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="invitations")

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            *_link_constraints("invitation"),
            CheckConstraint(
                condition=Q(used_at__isnull=True, accepted_by__isnull=True)
                | Q(used_at__isnull=False, accepted_by__isnull=False),
                name="invitation_used_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class InvitedRole(models.Model):
    """A role to be granted on acceptance, from ``valid_from`` or then, to ``valid_to`` (None: no end)."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="roles")
    role = models.CharField(_("role"), max_length=20, choices=[(r.value, r.label) for r in STAFF])
    akimat = models.ForeignKey(Akimat, models.PROTECT, null=True, blank=True, related_name="invited_roles")
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_to = models.DateTimeField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("role in an invitation")
        verbose_name_plural = _("roles in invitations")
        constraints = [
            CheckConstraint(condition=Q(role__in=[r.value for r in STAFF]), name="invited_role_is_of_staff"),
            CheckConstraint(
                condition=Q(role="officer", akimat__isnull=False)
                | (~Q(role="officer") & Q(akimat__isnull=True)),
                name="invited_role_akimat_of_officers_alone",
            ),
            CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gt=F("valid_from")),
                name="invited_role_times_ordered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} in {self.invitation_id}"
