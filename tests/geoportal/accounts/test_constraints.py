"""What the database itself refuses of people and roles."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from geoportal.accounts.models import Organisation, Role, RoleGrant, User
from tests.geoportal.accounts.people import BEGINNING, BIN, akimat, person, person_with
from tests.world import EAST

DAY = timedelta(days=1)


def refuses(constraint: str) -> Any:
    return pytest.raises(IntegrityError, match=constraint)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({}, "user_known_until_gone"),
        ({"email": ""}, "user_email_absent_is_null"),
        ({"email": "Aigul@example.kz"}, "user_email_lower_case"),
        ({"iin_hash": b"short"}, "user_iin_hash_is_sha256"),
        ({"email": "a@example.kz", "language": "de"}, "user_language_known"),
        ({"email": "a@example.kz", "left_at": BEGINNING, "is_active": False}, "user_known_until_gone"),
        ({"left_at": BEGINNING}, "user_known_until_gone"),
        ({"left_at": BEGINNING, "is_active": False, "display_name": "Aigul"}, "user_known_until_gone"),
    ],
)
def test_a_person_is_known_by_something_until_they_left(fields: dict[str, Any], constraint: str) -> None:
    with refuses(constraint):
        User.objects.create(**fields)


@pytest.mark.django_db
def test_several_people_have_no_e_mail() -> None:
    User.objects.create(iin_hash=b"1" * 32)
    User.objects.create(iin_hash=b"2" * 32)
    User.objects.create(left_at=BEGINNING, is_active=False)
    User.objects.create(left_at=BEGINNING, is_active=False)
    assert User.objects.filter(email=None).count() == 4


def grant(user: User, role: Role, **fields: Any) -> RoleGrant:
    return RoleGrant.objects.create(
        **{"user": user, "role": role, "valid_from": BEGINNING, "granted_at": BEGINNING, **fields}
    )


def test_officers_have_an_akimat_and_others_none(world: None) -> None:
    with refuses("grant_akimat_of_officers_alone"), transaction.atomic():
        grant(person(), Role.OFFICER)
    with refuses("grant_akimat_of_officers_alone"):
        grant(person("b@example.kz"), Role.EXPERT, akimat=akimat())


def test_representatives_have_an_organisation_and_others_none(world: None) -> None:
    with refuses("grant_organisation_of_representatives_alone"), transaction.atomic():
        grant(person(), Role.REPRESENTATIVE)
    organisation = Organisation.objects.create(bin=BIN, name="Example LLP")
    with refuses("grant_organisation_of_representatives_alone"):
        grant(person("b@example.kz"), Role.PLANNER, organisation=organisation)


def test_nobody_is_granted_to_be_a_citizen(world: None) -> None:
    with refuses("grant_role_known"):
        grant(person(), Role.CITIZEN)


@pytest.mark.django_db
def test_a_bin_has_twelve_digits() -> None:
    with refuses("organisation_bin_12_digits"):
        Organisation.objects.create(bin="12345678901x", name="Example LLP")


OVERLAPS: list[tuple[datetime | None, datetime, bool]] = [
    (None, BEGINNING + DAY, True),
    (BEGINNING + DAY, BEGINNING + DAY, False),
    (BEGINNING + 2 * DAY, BEGINNING + DAY, True),
]


@pytest.mark.parametrize(("first_ends", "second_begins", "overlap"), OVERLAPS)
def test_grants_of_one_role_never_overlap(
    world: None, first_ends: datetime | None, second_begins: datetime, overlap: bool
) -> None:
    user = person()
    grant(user, Role.OFFICER, akimat=akimat(), valid_to=first_ends, granted_until=first_ends)
    if overlap:
        with refuses("grants_never_overlap"):
            grant(user, Role.OFFICER, akimat=akimat(), valid_from=second_begins)
    else:
        grant(user, Role.OFFICER, akimat=akimat(), valid_from=second_begins)


def test_one_officer_may_serve_two_akimats_at_once(world: None) -> None:
    user = person_with(Role.OFFICER)
    grant(user, Role.OFFICER, akimat=akimat(EAST))
    assert user.grants.count() == 2


@pytest.mark.parametrize(
    ("valid_to", "granted_until", "constraint"),
    [
        (BEGINNING, BEGINNING, "grant_times_ordered"),
        (BEGINNING + 2 * DAY, BEGINNING + DAY, "grant_ends_within_what_was_granted"),
        (None, BEGINNING + DAY, "grant_ends_within_what_was_granted"),
        (BEGINNING - DAY, None, "grant_ends_within_what_was_granted"),
    ],
)
def test_a_grant_ends_after_it_began_and_no_later_than_granted(
    world: None, valid_to: datetime | None, granted_until: datetime | None, constraint: str
) -> None:
    with refuses(constraint):
        grant(person(), Role.EXPERT, valid_to=valid_to, granted_until=granted_until)
