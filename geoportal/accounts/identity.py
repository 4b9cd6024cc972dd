"""Who holds an IIN: known by a keyed hash, since twelve digits can be tried one by one."""

import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from geoportal.accounts.models import User


@sensitive_variables("iin")
def iin_hash(iin: str) -> bytes:
    """HMAC-SHA256 of the IIN under the setting IIN_PEPPER: 32 bytes."""
    return hmac.new(settings.IIN_PEPPER.encode(), iin.encode(), hashlib.sha256).digest()


@sensitive_variables("iin", "known")
def person_of(*, iin: str, at: datetime) -> User:
    """The person with this IIN, found or made. Of two requests at once both get the same one.

    The loser of a race waits in its INSERT for the winner's transaction, and then reads what it committed.
    """
    known = iin_hash(iin)
    found = User.objects.filter(iin_hash=known).first()
    if found is not None:
        return found
    new = User(iin_hash=known, created_at=at)
    new.set_unusable_password()
    User.objects.bulk_create([new], ignore_conflicts=True)
    return User.objects.get(iin_hash=known)
