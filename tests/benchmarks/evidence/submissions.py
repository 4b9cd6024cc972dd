"""Whole submissions on two processors: every check, the record, the log, and the receipt in hand.

The demonstration's authority answers in the same process, so its OCSP answers and their signatures cost us
time that a real one spends itself. What citizens do on their own machines is done beforehand.
"""

import multiprocessing
import time
from multiprocessing.synchronize import Barrier
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils import timezone, translation

from geoportal.accounts.models import User
from geoportal.log.proofs import public_keys
from geoportal.log.sequence import sequence
from ingest.demo_authority import demo_people, sign_as
from ingest.models import Submission
from ingest.receipt.check import check
from ingest.receipt.make import make
from ingest.signing import request_signature
from ingest.submit import submit
from ingest.trust import trusted_anchors
from tests.benchmarks.snapshot.findings import Aim, Section
from tests.benchmarks.snapshot.timing import figure
from tests.world import build_world

COUNT = 300
PROCESSES = 2
LOOK_S = 0.2
AIMS = {"rsa": 40, "gost": 15}
# Processes that are like the web's: begun from one that has loaded everything.
begun_alike = multiprocessing.get_context("fork")


def section(count: int) -> Section:
    build_world()
    aims, lines = [], []
    for algorithm, aim in AIMS.items():
        seconds, slowest = _submit_all(algorithm, count // PROCESSES)
        made = Submission.objects.filter(signature__algorithm__startswith=algorithm)
        assert made.filter(state="accepted").count() == count // PROCESSES * PROCESSES
        rate = count / seconds
        lines.append(
            f"{algorithm.upper()}: {count} in {figure(seconds)} s, the slowest took {figure(slowest)} ms."
        )
        aims.append(Aim(f"whole submissions a second, {algorithm.upper()}", aim, "", rate, at_least=True))
    report = check(
        make(submission=Submission.objects.latest("received_at")),
        anchors=trusted_anchors(),
        log_keys=public_keys(),
    )
    assert report.verdict.value != "invalid"
    text = (
        f"{PROCESSES} processes submit at once, a third takes entries into the log all the time. The time "
        "goes from the first submission to the last receipt with its proof."
    )
    return Section("Whole submissions", [text, " ".join(lines)], aims)


def _submit_all(algorithm: str, each: int) -> tuple[float, float]:
    """Seconds for all of them, milliseconds of the slowest one without its receipt."""
    gate = begun_alike.Barrier(PROCESSES + 1)
    told: Any = begun_alike.Queue()
    person = next(each for each in demo_people() if each.algorithm == algorithm and each.condition == "good")
    user = User.objects.create(email=f"{person.key}@example.kz", display_name="-")
    connections.close_all()
    work = (person.key, user, each, gate, told)
    processes = [begun_alike.Process(target=_submit, args=work) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    gate.wait()
    begun = time.perf_counter()
    while any(process.is_alive() for process in processes):
        sequence(now=timezone.now())
        time.sleep(LOOK_S)
    seconds = time.perf_counter() - begun
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    return seconds, max(told.get() for _ in processes)


def _submit(key: str, user: User, count: int, gate: Barrier, told: Any) -> None:
    connections.close_all()
    with translation.override("kk"):
        signed = [_signed(key, user, text) for text in range(count)]
        gate.wait()
        times = [_timed(user, request, signature) for request, signature in signed]
        mine = [request for request, _ in signed]
        for submission in Submission.objects.filter(request__in=mine).select_related("signature"):
            while b"log/" not in make(submission=submission):
                time.sleep(LOOK_S / 4)
    told.put(max(times))


def _signed(key: str, user: User, number: int) -> tuple[UUID, bytes]:
    request = request_signature(
        type="problem.submit",
        payload={
            "title": f"Көшеде шұңқыр бар, {number}",
            "text": "Екінші апта бойы көлік өте алмайды. Балалар мектепке айналып барады.",
            "category": "potholes",
            "language": "kk",
            "lon": "70.5",
            "lat": "50.25",
            "address": f"Абай көшесі, {number}",
        },
        user=user,
        browser="",
        language="kk",
        at=timezone.now(),
    )
    assert request.content is not None
    return request.pk, sign_as(key, bytes(request.content))


def _timed(user: User, request: UUID, signature: bytes) -> float:
    begun = time.perf_counter()
    submit(request_id=request, signature=signature, browser="", user=user, at=timezone.now())
    return (time.perf_counter() - begun) * 1e3
