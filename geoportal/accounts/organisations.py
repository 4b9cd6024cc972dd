"""Legal entities, known by the certificates of those who sign for them."""

from datetime import datetime

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from geoportal.accounts.grants import grant
from geoportal.accounts.models import Organisation, Role, RoleGrant, User


@sensitive_variables()
@transaction.atomic
def representative_of(*, bin: str, name: str, user: User, at: datetime) -> Organisation:
    """The organisation of a certificate that ``user`` just signed in with, and the user its representative.

    A representative stays one until the grant is ended; a certificate that was revoked lets nobody in anyway.
    The name follows the newest certificate. Safe when two representatives come at once.
    """
    organisation, made = Organisation.objects.get_or_create(bin=bin, defaults={"name": name})
    if not made and organisation.name != name:
        organisation.name = name
        organisation.save(update_fields=["name"])
    # Locked before looking, so that the same person in two browsers gets one grant.
    User.objects.select_for_update().get(pk=user.pk)
    held = RoleGrant.objects.not_over(at).filter(
        user=user, role=Role.REPRESENTATIVE, organisation=organisation
    )
    if not held.exists():
        grant(user=user, role=Role.REPRESENTATIVE, organisation=organisation, at=at, by=None)
    return organisation
