"""The page of a signed submission and its receipt: for whoever signed it, and nobody else."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from geoportal.accounts.models import User
from geoportal.log.sequence import sequence
from geoportal.pages import submissions
from ingest.decide import refuse
from ingest.models import Submission
from ingest.receipt.names import LOG
from ingest.receipt.packing import unpack
from tests.fakes.authority import OTHER_IIN
from tests.ingest.signed import Checking, asked, citizen, handed_in, now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


@pytest.fixture(autouse=True)
def _log(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LOG_KEY_DIR = tmp_path / "log"
    monkeypatch.setattr(submissions, "LONGEST_WAIT_S", 0.0)


@pytest.fixture
def author() -> User:
    return citizen()


@pytest.fixture
def browser(author: User, client: Client) -> Client:
    client.force_login(author)
    return client


def page(browser: Client, submission: Submission, language: str = "en") -> str:
    return browser.get(f"/submissions/{submission.pk}/?lang={language}").content.decode()


def test_an_accepted_submission_shows_its_text_its_place_and_its_problem(
    author: User, browser: Client
) -> None:
    submission = handed_in(asked(author))
    assert "none yet" in page(browser, submission)
    sequence(now=now())
    shown = page(browser, submission)
    assert "Екінші апта бойы көлік өте алмайды." in shown
    assert f'href="/problems/{submission.feature_id}/"' in shown
    assert 'href="/log/entries/0/"' in shown
    assert "RSA with SHA-256" in shown
    assert "Demonstration signature" not in shown
    assert submission.content_sha256 in shown


def test_a_pending_submission_explains_the_outage(author: User, browser: Client) -> None:
    shown = page(browser, handed_in(asked(author), check=Checking(is_down=True)))
    assert "Nothing is lost" in shown
    assert "not known yet whether it is valid" in shown


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("kk", "кері қайтар"), ("ru", "отозван"), ("en", "revoked")],
)
def test_a_refused_submission_says_why_in_the_readers_language(
    author: User, browser: Client, language: str, sentence: str
) -> None:
    submission = handed_in(asked(author), check=Checking(is_down=True))
    refuse(submission, code="revoked", at=now())
    assert sentence in page(browser, submission, language)


def test_a_demonstrations_signature_is_marked(author: User, browser: Client) -> None:
    assert "Demonstration signature" in page(browser, handed_in(asked(author), check=Checking(is_demo=True)))


def test_the_receipt_is_downloaded_as_a_file_that_nobody_keeps(author: User, browser: Client) -> None:
    submission = handed_in(asked(author))
    sequence(now=now())
    answer = browser.get(f"/submissions/{submission.pk}/receipt.zip")
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="receipt-{str(submission.pk)[:8]}.zip"'
    )
    assert "no-store" in answer.headers["Cache-Control"]
    assert set(LOG) <= set(unpack(answer.content))


def test_who_comes_straight_from_signing_waits_for_the_logs_place(
    author: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = handed_in(asked(author))
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        sequence(now=now())

    monkeypatch.setattr(submissions, "LONGEST_WAIT_S", 2.0)
    monkeypatch.setattr("geoportal.pages.submissions.time.sleep", sleep)
    assert set(LOG) <= set(unpack(browser.get(f"/submissions/{submission.pk}/receipt.zip").content))
    assert len(slept) == 1


def test_nobody_waits_for_a_worker_that_is_away(
    author: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = handed_in(asked(author))
    monkeypatch.setattr(submissions, "FRESH", now() - now())
    monkeypatch.setattr(submissions, "LONGEST_WAIT_S", 600.0)
    assert not set(LOG) & set(unpack(browser.get(f"/submissions/{submission.pk}/receipt.zip").content))


@pytest.mark.parametrize("address", ["/submissions/{}/", "/submissions/{}/receipt.zip"])
def test_others_do_not_even_learn_that_it_exists(author: User, client: Client, address: str) -> None:
    path = address.format(handed_in(asked(author)).pk)
    assert client.get(path).status_code == 302
    client.force_login(citizen(OTHER_IIN))
    assert client.get(path).status_code == 404
    assert client.get(address.format("0198c0de-0000-7000-8000-000000000017")).status_code == 404


def test_neither_page_nor_receipts_name_nor_log_line_tells_an_iin(
    author: User, browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    submission = handed_in(asked(author))
    answer = browser.get(f"/submissions/{submission.pk}/receipt.zip")
    for text in (page(browser, submission), str(answer.headers), caplog.text):
        assert "900101300017" not in text
        assert "ОМАРОВ" not in text
