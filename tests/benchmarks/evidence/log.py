"""The public log at a million leaves: proofs, and the audit of the whole database."""

import random
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.db import connection, transaction

from geoportal.accounts.consents import GIVEN_EVENT
from geoportal.accounts.logged import given, given_openly
from geoportal.accounts.models import Consent, User
from geoportal.log.append import label_of
from geoportal.log.audit import Fault, Tally, audit
from geoportal.log.checking import check_proof
from geoportal.log.entry import Entry, commit
from geoportal.log.models import Pending
from geoportal.log.proofs import proof_for, public_keys
from geoportal.log.sequence import sequence
from tests.benchmarks.snapshot.findings import Aim, Section
from tests.benchmarks.snapshot.timing import figure, spread

LEAVES = 1_000_000
AT_ONCE = 10_000
PROOFS = 1_000
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def section(leaves: int) -> Section:
    for numbers in _batched(range(leaves), AT_ONCE):
        _give_consents(numbers)
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


def _batched(numbers: range, size: int) -> Iterator[range]:
    yield from (numbers[start : start + size] for start in range(0, len(numbers), size))


@transaction.atomic
def _give_consents(numbers: range) -> None:
    """As people do one by one; together, so that a million take minutes."""
    user = User.objects.create(email=f"{numbers.start}@example.kz", display_name="-")
    rows = Consent.objects.bulk_create(
        Consent(
            user=user,
            purpose="processing",
            version="1",
            language="kk",
            text=f"Келісемін {number}",
            given_at=BEGINNING + timedelta(milliseconds=number),
        )
        for number in numbers
    )
    waiting = []
    for row in rows:
        salt, reference = secrets.token_bytes(32), uuid4()
        entry = Entry(
            GIVEN_EVENT, reference, row.given_at, commit(salt=salt, content=given(row)), given_openly(row)
        )
        waiting.append(
            Pending(
                event=GIVEN_EVENT,
                object=reference,
                entry=entry.encode(),
                model=label_of(Consent),
                key=str(row.pk),
                salt=salt,
            )
        )
    Pending.objects.bulk_create(waiting)


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
        _execute(f"UPDATE accounts_consent SET language = 'ru' WHERE id = {row.pk}")
    (finding,) = audit()
    assert (finding.fault, finding.key) == (Fault.EDITED, str(row.pk))
    return f"{finding.fault} {finding.model} {finding.key}"


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
