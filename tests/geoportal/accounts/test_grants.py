"""Roles for a time, told to the public log."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection

from geoportal.accounts.grants import GrantRefused, end, grant
from geoportal.accounts.models import Organisation, Role, RoleGrant
from geoportal.accounts.organisations import representative_of
from geoportal.accounts.permissions import ROLES, Permission, may
from geoportal.log.models import Pending
from tests.geoportal.accounts.people import BEGINNING, BIN, IIN, akimat, person, person_with
from tests.world import EAST

pytestmark = pytest.mark.usefixtures("world")
DAY = timedelta(days=1)


def logged() -> list[tuple[str, dict[str, object]]]:
    entries = [json.loads(bytes(row.entry)) for row in Pending.objects.order_by("pk")]
    return [(entry["event"], entry["public"]) for entry in entries]


def test_an_officer_answers_for_their_akimat_alone_and_in_their_time_alone() -> None:
    officer = person()
    grant(user=officer, role=Role.OFFICER, akimat=akimat(), at=BEGINNING, by=None, valid_to=BEGINNING + DAY)

    def answers(code: str, at_days: float) -> bool:
        at = BEGINNING + at_days * DAY
        return may(officer, Permission.ANSWER, akimat=akimat(code), at=at)

    assert [answers("150000000", days) for days in (-1, 0, 0.5, 1)] == [False, True, True, False]
    assert not answers(EAST, 0.5)
    assert may(officer, Permission.ANSWER, at=BEGINNING)
    assert not may(officer, Permission.MODERATE, at=BEGINNING)
    assert may(officer, Permission.SUBMIT, at=BEGINNING + 2 * DAY)


def test_a_closed_account_may_nothing() -> None:
    user = person_with(Role.MODERATOR)
    user.is_active = False
    assert not may(user, Permission.MODERATE, at=BEGINNING)
    assert not may(user, Permission.SUBMIT, at=BEGINNING)


def test_every_role_has_its_permissions_and_every_permission_a_role() -> None:
    assert set(ROLES) == set(Role)
    assert frozenset().union(*ROLES.values()) == set(Permission)


def test_granting_and_ending_are_in_the_log_without_a_word_of_who() -> None:
    chief = person_with(Role.ADMINISTRATOR)
    officer = person("secret@example.kz", display_name="Айгүл")
    granted = grant(user=officer, role=Role.OFFICER, akimat=akimat(), at=BEGINNING, by=chief)
    end(grant=granted, at=BEGINNING + DAY, by=chief)
    told = {"role": "officer", "akimat": "150000000"}
    assert logged() == [("role.granted", told), ("role.ended", told)]
    text = "".join(bytes(row.entry).decode() for row in Pending.objects.all())
    assert "secret" not in text
    assert "Айгүл" not in text


def test_a_grant_takes_effect_no_earlier_than_it_is_made() -> None:
    granted = grant(user=person(), role=Role.EXPERT, at=BEGINNING, by=None, valid_from=BEGINNING - DAY)
    assert granted.valid_from == BEGINNING


def test_a_role_that_somebody_has_is_not_granted_twice() -> None:
    user = person_with(Role.PLANNER)
    with pytest.raises(GrantRefused, match="has this role"):
        grant(user=user, role=Role.PLANNER, at=BEGINNING + DAY, by=None)
    assert logged() == []


def test_a_period_that_is_over_is_refused() -> None:
    with pytest.raises(GrantRefused, match="over"):
        grant(user=person(), role=Role.EXPERT, at=BEGINNING, by=None, valid_to=BEGINNING)


def test_a_role_ends_at_once_and_only_once() -> None:
    user = person_with(Role.MODERATOR)
    held = user.grants.get()
    end(grant=held, at=BEGINNING + DAY, by=None)
    assert may(user, Permission.MODERATE, at=BEGINNING + DAY / 2)
    assert not may(user, Permission.MODERATE, at=BEGINNING + DAY)
    with pytest.raises(GrantRefused, match="ended already"):
        end(grant=held, at=BEGINNING + 2 * DAY, by=None)


def test_a_role_that_has_not_begun_ends_before_it_begins() -> None:
    granted = grant(user=person(), role=Role.EXPERT, at=BEGINNING, by=None, valid_from=BEGINNING + 5 * DAY)
    end(grant=granted, at=BEGINNING + DAY, by=None)
    assert not may(granted.user, Permission.REVIEW, at=BEGINNING + 6 * DAY)
    grant(user=granted.user, role=Role.EXPERT, at=BEGINNING + DAY, by=None)


@pytest.mark.parametrize(
    "statement",
    [
        "update accounts_rolegrant set role = 'administrator'",
        "update accounts_rolegrant set valid_to = null",
        "update accounts_rolegrant set user_id = granted_by_id",
        "delete from accounts_roleend",
        "update accounts_roleend set ended_at = now()",
    ],
)
def test_the_database_lets_nobody_change_what_was_granted(statement: str) -> None:
    granted = grant(
        user=person(),
        role=Role.EXPERT,
        at=BEGINNING,
        by=person("chief@example.kz"),
        valid_to=BEGINNING + 9 * DAY,
    )
    end(grant=granted, at=BEGINNING + DAY, by=None)
    with pytest.raises(IntegrityError, match="never changed"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_certificate_of_an_organisation_makes_a_representative_once() -> None:
    user = person()
    for day in range(3):
        representative_of(bin=BIN, name="Example LLP", user=user, at=BEGINNING + day * DAY)
    assert RoleGrant.objects.filter(role=Role.REPRESENTATIVE).count() == 1
    assert may(user, Permission.REPRESENT, at=BEGINNING)
    assert logged() == [("role.granted", {"role": "representative", "akimat": None})]


def test_the_name_of_an_organisation_follows_its_newest_certificate() -> None:
    representative_of(bin=BIN, name="Example LLP", user=person(), at=BEGINNING)
    representative_of(bin=BIN, name="Example JSC", user=person("b@example.kz"), at=BEGINNING)
    assert Organisation.objects.get().name == "Example JSC"
    assert RoleGrant.objects.count() == 2


def test_people_and_organisations_print_no_personal_data() -> None:
    assert IIN not in repr(person())
    assert "aigul" not in repr(person("aigul2@example.kz"))
