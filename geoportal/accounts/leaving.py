"""A person leaves: everything that says who they are goes; that somebody did something stays.

The row of the person stays, empty, since grants, consents and submissions point at it. What the public log
committed to stays provable: the content names the person by the number of that row alone.
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction

from geoportal.accounts.consents import withdraw
from geoportal.accounts.grants import end
from geoportal.accounts.models import Invitation, Purpose, RoleGrant, SignInLink, User
from geoportal.accounts.sessions import end_sessions


@transaction.atomic
def leave(*, user: User, at: datetime) -> None:
    """Erase e-mail, IIN hash, name, password, second factor, sessions and mailed links; end roles; withdraw
    consents. What other apps know of the person they erase themselves, in the same transaction.
    """
    person = User.objects.select_for_update().get(pk=user.pk)
    for granted in RoleGrant.objects.not_over(at).filter(user=person):
        end(grant=granted, at=at, by=person)
    for purpose in Purpose:
        withdraw(user=person, purpose=purpose, at=at)
    end_sessions(person)
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    Invitation.objects.filter(accepted_by=person).delete()
    if person.email is not None:
        SignInLink.objects.filter(email=person.email).delete()
        Invitation.objects.filter(email=person.email).delete()
    person.email = None
    person.iin_hash = None
    person.display_name = ""
    person.set_unusable_password()
    person.last_login = None
    person.is_active = False
    person.left_at = at
    person.save()
