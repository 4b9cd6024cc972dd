"""What the log committed to holds, before and after a person leaves."""

import json
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
