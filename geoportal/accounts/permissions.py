"""What one may do. Code asks for a permission, never for a role."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from geoportal.accounts.models import Role, RoleGrant, User
from geoportal.accounts.models.role import STAFF
from regions.models import Akimat


class Permission(models.TextChoices):
    SUBMIT = "submit", _("submit problems, needs and initiatives")
    REPRESENT = "represent", _("submit for an organisation")
    ANSWER = "answer", _("answer for an akimat")
    REVIEW = "review", _("review initiatives")
    OBSERVE = "observe", _("record monitoring visits")
    PLAN = "plan", _("read indicators for planning")
    MODERATE = "moderate", _("hide what breaks the rules")
    MANAGE_PEOPLE = "manage_people", _("invite people and grant roles")


ROLES: dict[Role, frozenset[Permission]] = {
    Role.CITIZEN: frozenset({Permission.SUBMIT}),
    Role.REPRESENTATIVE: frozenset({Permission.REPRESENT}),
    Role.OFFICER: frozenset({Permission.ANSWER, Permission.PLAN}),
    Role.EXPERT: frozenset({Permission.REVIEW}),
    Role.MONITOR: frozenset({Permission.OBSERVE}),
    Role.PLANNER: frozenset({Permission.PLAN}),
    Role.MODERATOR: frozenset({Permission.MODERATE}),
    Role.ADMINISTRATOR: frozenset({Permission.MANAGE_PEOPLE}),
}


def permitted(grants: Iterable[RoleGrant], permission: Permission, *, akimat: Akimat | None = None) -> bool:
    """Whether a person with these grants in force may do this; with ``akimat``, whether for that akimat."""
    return permission in ROLES[Role.CITIZEN] or any(
        permission in ROLES[Role(grant.role)] and _covers(grant, akimat) for grant in grants
    )


def _covers(grant: RoleGrant, akimat: Akimat | None) -> bool:
    """Roles that are not bound to an akimat hold for all of them."""
    return akimat is None or grant.akimat_id is None or grant.akimat_id == akimat.pk


def grants_of(user: User, *, at: datetime) -> list[RoleGrant]:
    return list(RoleGrant.objects.in_force(at).filter(user=user).select_related("akimat", "organisation"))


def may(
    user: User | AnonymousUser, permission: Permission, *, akimat: Akimat | None = None, at: datetime
) -> bool:
    """Whether ``user`` may do this at that time (for ``akimat``, if one is named). One query."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return permitted(grants_of(user, at=at), permission, akimat=akimat)


def is_staff(grants: Iterable[RoleGrant]) -> bool:
    """Whether these make their holder one who must sign in with a second factor."""
    return any(grant.role in STAFF for grant in grants)
