"""What the log committed to holds, before and after a person leaves."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection

from geoportal.accounts.consents import give, withdraw
from geoportal.accounts.grants import end, grant
from geoportal.accounts.leaving import leave
from geoportal.accounts.logged import granted as content_of
from geoportal.accounts.models import Purpose, Role
from geoportal.log.audit import audit
from geoportal.log.checking import check_proof
from geoportal.log.models import Entry
from geoportal.log.proofs import proof_for, public_keys
from geoportal.log.sequence import sequence
from tests.geoportal.accounts.people import BEGINNING, akimat, person

pytestmark = pytest.mark.usefixtures("world")
LATER = BEGINNING + timedelta(days=1)


def test_a_grant_can_be_proved_and_still_after_the_person_left() -> None:
    officer, chief = person(display_name="Айгүл"), person("chief@example.kz")
    held = grant(user=officer, role=Role.OFFICER, akimat=akimat(), at=BEGINNING, by=chief)
    other = grant(user=officer, role=Role.EXPERT, at=BEGINNING, by=chief)
    give(user=officer, purpose=Purpose.PROCESSING, language="kk", at=BEGINNING)
    give(user=officer, purpose=Purpose.PUBLIC_NAME, language="kk", at=BEGINNING)
    end(grant=other, at=LATER, by=chief)
    withdraw(user=officer, purpose=Purpose.PROCESSING, at=LATER)
    sequence(now=LATER)
    assert list(audit()) == []

    leave(user=officer, at=LATER)
    sequence(now=LATER)

    assert list(audit()) == []
    held.refresh_from_db()
    proof = proof_for(row=held)
    assert proof is not None
    check_proof(proof, content_of(held), public_keys())
    told = [json.loads(bytes(entry.entry))["event"] for entry in Entry.objects.order_by("index")]
    assert told.count("role.granted") == 2
    assert told.count("role.ended") == 2
    assert told.count("consent.withdrawn") == 2


def test_a_grant_past_the_log_is_found() -> None:
    grant(user=person(), role=Role.EXPERT, at=BEGINNING, by=None)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into accounts_rolegrant (user_id, role, valid_from, granted_at)"
            " select user_id, 'administrator', valid_from, granted_at from accounts_rolegrant"
        )
    sequence(now=LATER)
    assert [finding.model for finding in audit()] == ["accounts.rolegrant"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        # The end of a role is undone: its holder acts again.
        ("update accounts_rolegrant set valid_to = granted_until where role = 'expert'", "accounts.roleend"),
        # A role is taken from somebody without a word.
        ("update accounts_rolegrant set valid_to = granted_at where role = 'monitor'", "accounts.rolegrant"),
        # What nobody can read keeps nothing else from being looked at.
        ("update accounts_consent set given_at = 'infinity'", "accounts.consent"),
        ("delete from accounts_roleend", "accounts.roleend"),
        ("update log_opening set key = '9' || repeat('9', 30)", "accounts.consent"),
        ("update log_head set signed_at = '-infinity'", ""),
        ("update log_signingkey set verifier = 'nobody'", ""),
    ],
)
def test_an_edit_behind_the_logs_back_is_named(change: str, named: str) -> None:
    somebody = person()
    until = LATER + timedelta(days=9)
    ended = grant(user=somebody, role=Role.EXPERT, at=BEGINNING, by=None, valid_to=until)
    grant(user=somebody, role=Role.MONITOR, at=BEGINNING, by=None, valid_to=until)
    end(grant=ended, at=LATER, by=None)
    give(user=somebody, purpose=Purpose.PROCESSING, language="kk", at=LATER)
    sequence(now=LATER)
    assert list(audit()) == []
    tables = {change.split()[1], *re.findall(r"from (\w+)", change)} - {"from"}
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        for table in tables:
            cursor.execute(f"alter table {table} disable trigger user")
        cursor.execute(change)
    assert named in {finding.model for finding in audit()}
