"""``/verify/``: a receipt or a code in, a verdict out, without JavaScript and without anybody's name."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from geoportal.log.sequence import sequence
from geoportal.pages import verify
from ingest.erasure import forget
from ingest.models import Submission
from ingest.receipt.make import make
from tests.ingest.receipt.receipts import anchors_of
from tests.ingest.signed import asked, citizen, handed_in, now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


@pytest.fixture(autouse=True)
def _trust(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LOG_KEY_DIR = tmp_path / "log"
    monkeypatch.setattr(verify, "known_anchors", lambda: anchors_of("rsa"))
    cache.clear()


@pytest.fixture
def submission() -> Submission:
    found = handed_in(asked(citizen()))
    sequence(now=now())
    return found


def uploaded(client: Client, data: bytes, language: str = "en") -> tuple[int, str]:
    answer = client.post(f"/verify/?lang={language}", {"receipt": SimpleUploadedFile("receipt.zip", data)})
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("kk", "Түбіртек жарамды"), ("ru", "Квитанция верна"), ("en", "The receipt is valid")],
)
def test_a_valid_receipt_is_said_to_be_one_in_the_readers_language(
    submission: Submission, client: Client, language: str, sentence: str
) -> None:
    status, shown = uploaded(client, make(submission=submission), language)
    assert status == 200
    assert sentence in shown
    assert str(submission.pk) in shown


def test_the_verdict_names_nobody_and_not_what_was_signed(submission: Submission, client: Client) -> None:
    _status, shown = uploaded(client, make(submission=submission))
    for personal in ("900101300017", "ОМАРОВ", "Екінші апта", "Абай көшесі"):
        assert personal not in shown


def test_a_flipped_bit_is_named(submission: Submission, client: Client) -> None:
    data = bytearray(make(submission=submission))
    data[data.index("Екінші".encode())] ^= 1
    status, shown = uploaded(client, bytes(data))
    assert status == 200
    assert "The receipt is not valid." in shown
    assert "<code>statement.txt</code>" in shown
    assert str(submission.pk) not in shown


def test_a_record_that_the_log_does_not_prove_is_shown_of_ones_own_database_alone(client: Client) -> None:
    """Whoever was refused takes the log out of the receipt, and writes another record."""
    submission = handed_in(asked(citizen()))
    _status, shown = uploaded(client, make(submission=submission))
    assert "not everything could be checked" in shown
    assert str(submission.pk) not in shown
    answer = client.post("/verify/?lang=en", {"code": str(submission.pk)})
    assert "Received" in answer.content.decode()


def test_what_an_attacker_calls_a_file_is_shown_as_text(client: Client, submission: Submission) -> None:
    data = make(submission=submission).replace(b"statement.txt", b"<script>alert")
    assert "<script>alert" not in uploaded(client, data)[1]


@pytest.mark.parametrize("what", ["pk", "content", "signature"])
def test_a_submission_is_checked_by_its_code(submission: Submission, client: Client, what: str) -> None:
    code = {
        "pk": str(submission.pk),
        "content": submission.content_sha256.upper(),
        "signature": submission.signature.signature_sha256,
    }[what]
    answer = client.post("/verify/?lang=en", {"code": f" {code} "})
    assert "The receipt is valid" in answer.content.decode()


@pytest.mark.parametrize("code", ["x", "0" * 64, "0198c0de-0000-7000-8000-000000000017", "' OR 1=1"])
def test_a_code_of_nothing_is_said_to_be_one(client: Client, code: str) -> None:
    answer = client.post("/verify/?lang=en", {"code": code})
    assert answer.status_code == 400
    assert "No submission of this portal has this code." in answer.content.decode()


def test_who_has_left_is_not_shown_any_more(submission: Submission, client: Client) -> None:
    assert submission.user is not None
    forget(submission.user, at=now())
    answer = client.post("/verify/?lang=en", {"code": str(submission.pk)})
    assert answer.status_code == 400
    assert "erased at the wish" in answer.content.decode()


@pytest.mark.parametrize("data", [b"", b"x" * (verify.LARGEST_BYTES + 1)])
def test_no_file_and_a_huge_one_are_refused(client: Client, data: bytes) -> None:
    status, shown = uploaded(client, data)
    assert status == 400
    assert "error-message" in shown


def test_an_upload_needs_the_pages_own_token() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/verify/").status_code == 403


def test_checks_are_limited_by_address(
    client: Client, submission: Submission, settings: LazySettings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"verify": "2/m/ip"}
    codes = [client.post("/verify/", {"code": str(submission.pk)}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert client.get("/verify/").status_code == 200


def test_the_page_is_not_kept_and_opens_no_session(client: Client) -> None:
    answer = client.get("/verify/")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "sessionid" not in answer.cookies


def test_a_link_brings_its_code_along_and_checks_nothing_yet(client: Client, submission: Submission) -> None:
    shown = client.get("/verify/", {"code": str(submission.pk), "lang": "en"}).content.decode()
    assert f'value="{submission.pk}"' in shown
    assert "The receipt is valid" not in shown
