"""Staff is invited: nobody signs up for a role. An invitation names the roles; accepting it grants them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from geoportal.accounts.grants import GrantRefused, grant
from geoportal.accounts.links import open_link, person_with_email
from geoportal.accounts.models import Invitation, InvitedRole, Role, User
from geoportal.accounts.sessions import end_sessions
from geoportal.lib.errors import DomainError
from regions.models import Akimat

LIFETIME = timedelta(days=7)


class InvitationRefused(DomainError):
    code = "invitation_refused"


@dataclass(frozen=True)
class Wanted:
    """A role to be granted: ``valid_from`` None is the moment of acceptance, ``valid_to`` None is open."""

    role: Role
    akimat: Akimat | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@transaction.atomic
def invite(
    *, email: str, name: str, roles: Sequence[Wanted], language: str, at: datetime, by: User | None
) -> Invitation:
    """An invitation that geoportal/accounts/tasks.py will send. Without roles it renews password and second
    factor alone (``renew``).
    """
    invitation = Invitation.objects.create(
        email=email.strip().lower(),
        name=name.strip(),
        language=language,
        asked_at=at,
        expires_at=at + LIFETIME,
        invited_by=by,
    )
    InvitedRole.objects.bulk_create(
        InvitedRole(
            invitation=invitation,
            role=wanted.role,
            akimat=wanted.akimat,
            valid_from=wanted.valid_from,
            valid_to=wanted.valid_to,
        )
        for wanted in roles
    )
    return invitation


@transaction.atomic
def renew(*, user: User, at: datetime, by: User | None) -> Invitation:
    """Take away password, second factor and sessions of one who lost them or left them somewhere, and invite
    the person to set them anew. The roles stay.
    """
    person = User.objects.select_for_update().get(pk=user.pk)
    if person.email is None:
        raise InvitationRefused(_("This person has no e-mail address."))
    person.set_unusable_password()
    person.save(update_fields=["password"])
    Authenticator.objects.filter(user=person).delete()
    end_sessions(person)
    return invite(
        email=person.email, name=person.display_name, roles=[], language=person.language, at=at, by=by
    )


def needs_sign_in(invitation: Invitation) -> bool:
    """Whether the invited has a password here already, and so accepts as who they are, signed in."""
    known = User.objects.filter(email=invitation.email).first()
    return known is not None and known.has_usable_password()


@sensitive_variables("token", "password")
@transaction.atomic
def accept(*, token: str, password: str | None, signed_in: User | None, at: datetime) -> User:
    """Grant what the invitation names; who has no password yet sets it.

    Raises LinkRefused, InvitationRefused, and Django's ValidationError for a password against the rules.
    A role that the person has already, or whose period is over, is passed over: the rest still counts.
    """
    invitation = open_link(Invitation, token=token, at=at, lock=True)
    person = person_with_email(email=invitation.email, language=invitation.language, at=at)
    if not person.is_active:
        raise InvitationRefused(_("This account is closed."))
    if person.has_usable_password():
        if signed_in is None or signed_in.pk != person.pk:
            raise InvitationRefused(_("Sign in first as the person who was invited."))
    else:
        _set_password(person, password or "")
    person.display_name = person.display_name or invitation.name
    person.save(update_fields=["display_name", "password"])
    # allauth looks for the address of a password here.
    EmailAddress.objects.update_or_create(
        user=person, email=invitation.email, defaults={"verified": True, "primary": True}
    )
    for invited in invitation.roles.select_related("akimat"):
        _grant(person, invited, invitation, at)
    invitation.used_at, invitation.token_sha256, invitation.accepted_by = at, None, person
    invitation.save(update_fields=["used_at", "token_sha256", "accepted_by"])
    return person


@sensitive_variables("password")
def _set_password(person: User, password: str) -> None:
    validate_password(password, person)
    person.set_password(password)


def _grant(person: User, invited: InvitedRole, invitation: Invitation, at: datetime) -> None:
    try:
        grant(
            user=person,
            role=Role(invited.role),
            akimat=invited.akimat,
            valid_from=invited.valid_from,
            valid_to=invited.valid_to,
            at=at,
            by=invitation.invited_by,
        )
    except GrantRefused:
        return
