"""Whose key it is: the person who is signed in, known by the keyed hash of the IIN alone."""

from collections.abc import Callable
from hmac import compare_digest

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from geoportal.accounts.identity import iin_hash
from geoportal.accounts.models import User
from geoportal.lib.errors import DomainError


class IdentityTaken(DomainError):
    """The IIN of the key belongs to another account."""

    code = "identity_taken"


def same_person(user: User) -> Callable[[str], bool]:
    """Whether an IIN is this user's. Who came by e-mail has none yet: the first signature brings it."""

    @sensitive_variables("iin")
    def is_theirs(iin: str) -> bool:
        return user.iin_hash is None or compare_digest(bytes(user.iin_hash), iin_hash(iin))

    return is_theirs


@sensitive_variables("iin", "known")
def bind(user: User, *, iin: str) -> None:
    """The account is this person's from the first good signature on. Raises IdentityTaken.

    In a transaction. Two keys at once cannot both become the account's: the row is held.
    """
    known = iin_hash(iin)
    held = User.objects.select_for_update().get(pk=user.pk)
    if held.iin_hash is None:
        try:
            with transaction.atomic():
                User.objects.filter(pk=user.pk).update(iin_hash=known)
        except IntegrityError as error:
            raise IdentityTaken(said_of_taken()) from error
    elif not compare_digest(bytes(held.iin_hash), known):
        raise IdentityTaken(said_of_taken())


def said_of_taken() -> str:
    return _("This key belongs to another account of the portal. Sign in with the key itself instead.")
