"""One person for each role, for tests that ask who may do what."""

from datetime import UTC, datetime
from typing import Any

from geoportal.accounts.models import Organisation, Role, RoleGrant, User
from regions.models import Akimat, Jurisdiction
from tests.world import MIDDLE

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
# Made up; neither is a valid number of a person or of an organisation.
IIN, OTHER_IIN, BIN = "840101300123", "900202400456", "990340000123"


def akimat(code: str = MIDDLE) -> Akimat:
    """The akimat of a region of the world, made on first use."""
    names = {"name_kk": f"{code} әкімдігі", "name_ru": f"Акимат {code}", "name_en": f"Akimat of {code}"}
    found, _made = Akimat.objects.get_or_create(
        jurisdiction=Jurisdiction.objects.get(code="kz"), code=code, defaults={"level": 1, **names}
    )
    return found


def person(email: str = "aigul@example.kz", **fields: Any) -> User:
    return User.objects.create_user(email, **fields)


def person_with(role: Role, *, email: str = "") -> User:
    """Somebody who holds ``role`` since BEGINNING; a citizen holds no grant."""
    user = person(email or f"{role.value}@example.kz")
    if role == Role.CITIZEN:
        return user
    organisation = None
    if role == Role.REPRESENTATIVE:
        organisation, _made = Organisation.objects.get_or_create(bin=BIN, defaults={"name": "Example LLP"})
    RoleGrant.objects.create(
        user=user,
        role=role,
        akimat=akimat() if role == Role.OFFICER else None,
        organisation=organisation,
        valid_from=BEGINNING,
        granted_at=BEGINNING,
    )
    return user
