"""The public log at a million leaves: proofs, and the audit of the whole database."""

import random
import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from geoportal.accounts.consents import GIVEN_EVENT
from geoportal.accounts.logged import given, given_openly
from geoportal.accounts.models import Consent, User
from geoportal.log.append import label_of
from geoportal.log.audit import Fault, Tally, audit
from geoportal.log.checking import check_proof
from geoportal.log.entry import Entry, commit
from geoportal.log.proofs import proof_for, public_keys
from geoportal.log.sequence import sequence
from tests.benchmarks.snapshot.findings import Aim, Section
from tests.benchmarks.snapshot.timing import figure, spread

LEAVES = 1_000_000
AT_ONCE = 10_000
PROOFS = 1_000
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def section(leaves: int) -> Section:
    _give_consents(leaves)
    begun = time.perf_counter()
    taken = sequence(now=BEGINNING + timedelta(days=1))
    sequenced = time.perf_counter() - begun
    assert taken == leaves
    _execute("VACUUM ANALYZE")
    proofs = spread(_proof_times())
    tally = Tally()
    begun = time.perf_counter()
    findings = list(audit(tally=tally))
    audited = time.perf_counter() - begun
    assert findings == []
    found = _finds_an_edit()
    return Section(
        "The public log",
        [
            f"{leaves:,} consents were logged, then taken into the tree in {figure(sequenced)} s "
            f"({leaves / sequenced:,.0f} a second). {PROOFS:,} proofs of random rows were made and each "
            "checked as an outsider does. The audit reads every entry, row, tile and head, and computes the "
            f"tree and every commitment anew: {figure(audited)} s. One row was then edited past the log, and "
            f"the audit found just that: {found}.",
        ],
        [
            Aim(
                "an inclusion proof: 95 of 100 within",
                5,
                "ms",
                proofs.p95,
                note=f"median {figure(proofs.p50)} ms",
            ),
            Aim("`verify --database`, events a second", 20_000, "", leaves / audited, at_least=True),
        ],
    )


def _give_consents(count: int) -> None:
    """As people do one by one; together, so that a million take a minute or two."""
    user = User.objects.create(email="many@example.kz", display_name="-")
    _execute(
        "INSERT INTO accounts_consent (user_id, purpose, version, language, text, given_at) "
        "SELECT %s, 'processing', '1', 'kk', 'Келісемін ' || number, %s + number * interval '1 millisecond' "
        "FROM generate_series(1, %s) AS given (number)",
        user.pk,
        BEGINNING,
        count,
    )
    last = 0
    while rows := list(Consent.objects.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        last = rows[-1].pk
        with (
            connection.cursor() as cursor,
            cursor.copy("COPY log_pending (event, object, entry, model, key, salt) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(_pending(row))


def _pending(row: Consent) -> tuple[object, ...]:
    """What ``append`` keeps of it."""
    salt, reference = secrets.token_bytes(32), uuid4()
    commitment = commit(salt=salt, content=given(row))
    entry = Entry(GIVEN_EVENT, reference, row.given_at, commitment, given_openly(row))
    return GIVEN_EVENT, reference, entry.encode(), label_of(Consent), str(row.pk), salt


def _proof_times() -> list[float]:
    keys = public_keys()
    first, last = Consent.objects.order_by("pk")[0].pk, Consent.objects.order_by("-pk")[0].pk
    dice = random.Random(20261127)
    times = []
    for _ in range(PROOFS):
        row = Consent.objects.get(pk=dice.randint(first, last))
        begun = time.perf_counter()
        proof = proof_for(row=row)
        times.append((time.perf_counter() - begun) * 1e3)
        assert proof is not None
        check_proof(proof, given(row), keys)
    return times


def _finds_an_edit() -> str:
    """An edit behind the triggers' back, as a database administrator can make it."""
    row = Consent.objects.order_by("pk")[0]
    with transaction.atomic():
        _execute("SET LOCAL session_replication_role = replica")
        _execute("UPDATE accounts_consent SET language = 'ru' WHERE id = %s", row.pk)
    (finding,) = audit()
    assert (finding.fault, finding.key) == (Fault.EDITED, str(row.pk))
    return f"{finding.fault} {finding.model} {finding.key}"


def _execute(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
