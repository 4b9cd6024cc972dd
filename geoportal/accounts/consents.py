"""What a person agrees to: given and withdrawn here alone, each told to the public log.

The texts are files, ``consent_texts/<purpose>-<version>.<language>.txt``. A text that was shown is never
edited: a new version is a new file, and VERSIONS says which is shown.
"""

from datetime import datetime
from functools import cache
from importlib.resources import files

from django.db import transaction
from django.db.models import QuerySet

from geoportal.accounts.models import Consent, ConsentWithdrawal, Purpose, User
from geoportal.log.append import append

GIVEN_EVENT, WITHDRAWN_EVENT = "consent.given", "consent.withdrawn"
VERSIONS: dict[Purpose, str] = {Purpose.PROCESSING: "1", Purpose.PUBLIC_NAME: "1"}


@cache
def text_of(purpose: Purpose, language: str) -> str:
    """The text that is asked for today, in ``kk``, ``ru`` or ``en``."""
    name = f"{purpose.value}-{VERSIONS[purpose]}.{language}.txt"
    return files("geoportal.accounts").joinpath("consent_texts", name).read_text(encoding="utf-8").strip()


def consents_of(user: User) -> QuerySet[Consent]:
    """All that the person ever gave, the newest first."""
    return user.consents.select_related("withdrawal").order_by("-given_at", "-pk")


def in_force(user: User, purpose: Purpose) -> Consent | None:
    """The consent for this purpose that was given and not withdrawn, of whichever version."""
    return consents_of(user).filter(purpose=purpose, withdrawal=None).first()


@transaction.atomic
def give(*, user: User, purpose: Purpose, language: str, at: datetime) -> Consent:
    """Record that the person agreed to the text of today. To agree to one version again changes nothing."""
    User.objects.select_for_update().get(pk=user.pk)
    before = in_force(user, purpose)
    if before is not None and before.version == VERSIONS[purpose]:
        return before
    if before is not None:
        _withdraw(before, at)
    consent = Consent.objects.create(
        user=user,
        purpose=purpose,
        version=VERSIONS[purpose],
        language=language,
        text=text_of(purpose, language),
        given_at=at,
    )
    append(event=GIVEN_EVENT, row=consent, at=at)
    return consent


@transaction.atomic
def withdraw(*, user: User, purpose: Purpose, at: datetime) -> None:
    """Nothing happens when there is nothing to withdraw."""
    User.objects.select_for_update().get(pk=user.pk)
    consent = in_force(user, purpose)
    if consent is not None:
        _withdraw(consent, at)


def _withdraw(consent: Consent, at: datetime) -> None:
    withdrawal = ConsentWithdrawal.objects.create(consent=consent, withdrawn_at=at)
    append(event=WITHDRAWN_EVENT, row=withdrawal, at=at)


def public_name(user: User) -> str:
    """What the public may call this person; empty without their consent."""
    return user.display_name if user.display_name and in_force(user, Purpose.PUBLIC_NAME) else ""
