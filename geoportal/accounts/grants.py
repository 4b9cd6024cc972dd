"""Roles are granted and ended here alone, and each is told to the public log."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from geoportal.accounts.models import Organisation, Role, RoleEnd, RoleGrant, User
from geoportal.lib.errors import DomainError
from geoportal.log.append import append
from regions.models import Akimat

GRANTED_EVENT, ENDED_EVENT = "role.granted", "role.ended"


class GrantRefused(DomainError):
    code = "grant_refused"


@transaction.atomic
def grant(
    *,
    user: User,
    role: Role,
    at: datetime,
    by: User | None,
    akimat: Akimat | None = None,
    organisation: Organisation | None = None,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
) -> RoleGrant:
    """A role from ``valid_from`` (at the earliest now) to ``valid_to``, and its entry in the log.

    The person's row is locked, so that of two grants at once the second sees the first. Raises GrantRefused
    when the person has this role in a part of that time already, or when that time is over.
    """
    begins = max(valid_from or at, at)
    if valid_to is not None and valid_to <= begins:
        raise GrantRefused(_("The period of this role is over."), field="to")
    User.objects.select_for_update().get(pk=user.pk)
    if _overlapping(user, role, akimat, organisation, begins, valid_to):
        raise GrantRefused(_("This person has this role in a part of that time already."), field="role")
    granted = RoleGrant.objects.create(
        user=user,
        role=role,
        akimat=akimat,
        organisation=organisation,
        valid_from=begins,
        valid_to=valid_to,
        granted_until=valid_to,
        granted_by=by,
        granted_at=at,
    )
    append(event=GRANTED_EVENT, row=granted, at=at)
    return granted


def _overlapping(
    user: User,
    role: Role,
    akimat: Akimat | None,
    organisation: Organisation | None,
    begins: datetime,
    ends: datetime | None,
) -> bool:
    same = RoleGrant.objects.filter(user=user, role=role, akimat=akimat, organisation=organisation)
    if ends is not None:
        same = same.filter(valid_from__lt=ends)
    # What ended before it began holds no time.
    return same.not_over(begins).exclude(valid_to=F("valid_from")).exists()


@transaction.atomic
def end(*, grant: RoleGrant, at: datetime, by: User | None) -> RoleEnd:
    """Withdraw a role before it runs out. Raises GrantRefused when it is over already."""
    current = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    if current.valid_to is not None and current.valid_to <= at:
        raise GrantRefused(_("This role has ended already."))
    current.valid_to = max(at, current.valid_from)
    current.save(update_fields=["valid_to"])
    ended = RoleEnd.objects.create(grant=current, ended_by=by, ended_at=at)
    append(event=ENDED_EVENT, row=ended, at=at)
    return ended
