"""A citizen, their browser, NCALayer and the portal, the whole way."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from playwright.sync_api import Page, expect

from ingest.demo_authority import sign_as
from tests.browser.conftest import ROOT, Complaints, Installation, Portal
from tests.browser.pages import accessibility_faults
from tests.fakes.egov_mobile import EgovMobile, over_http
from tests.fakes.ncalayer import Mood, NCALayer

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
OWNER, STRANGER = "asqar", "anna"
SETTLED_S = 30
TITLE = "Әуежай көшесіндегі шұңқыр"
TEXT = "Екінші апта бойы көлік өте алмайды.\n\nӨңіңізді көріп, жөндеуіңізді сұраймын: «қауіпті» & <қараңғы>."
ORGANISATION = {
    "EGOV_MOBILE": "1",
    "EGOV_MOBILE_NAME_KK": "Абай облысының әкімдігі",
    "EGOV_MOBILE_NAME_RU": "Акимат области Абай",
    "EGOV_MOBILE_NAME_EN": "Akimat of Abai oblast",
    "EGOV_MOBILE_BIN": "900140000017",
}


@pytest.fixture(scope="module")
def signing(empty: Installation, demo_authority_dir: Path) -> Iterator[Portal]:
    """With a worker, which keeps the log, the authority of the tests, and eGov Mobile switched on."""
    own = {"DEMO_AUTHORITY_DIR": str(demo_authority_dir), **ORGANISATION}
    with empty.filled("signing", "-m", "tests.browser.signing_portal", **own) as running:
        worker = subprocess.Popen(
            [sys.executable, "-m", "django", "worker"], cwd=ROOT, env=running.environment
        )
        try:
            yield running
        finally:
            worker.terminate()
            worker.wait(timeout=20)


@pytest.fixture
def ncalayer() -> NCALayer:
    return NCALayer(partial(sign_as, OWNER))


@pytest.fixture
def open_signing(open_page: Open, signing: Portal, ncalayer: NCALayer) -> Open:
    """A page that finds NCALayer running."""
    return partial(open_page, of=signing, before=ncalayer.attach)


def ask_to_sign_in(page: Page) -> None:
    page.locator('form[action="/account/eds/"] button').click()
    expect(page.locator("#statement")).to_be_visible()


def write_a_problem(page: Page) -> None:
    """Signs in and fills in the form; then the page that asks for the signature is open."""
    ask_to_sign_in(page)
    sign(page)
    expect(page).to_have_url(re.compile(r"/report/problem/"))
    page.locator("#report-title").fill(TITLE)
    page.locator("#report-text").fill(TEXT)
    page.locator("#report-category").select_option("trial-potholes")
    page.locator("#report-lat").fill("50.42")
    page.locator("#report-lon").fill("80.25")
    page.locator(".report-form button[type=submit]").click()
    expect(page.locator("#statement")).to_be_visible()


def sign(page: Page) -> None:
    page.locator("#sign").click()


def state(page: Page, name: str) -> None:
    expect(page.locator(f'[data-state="{name}"]')).to_be_visible()
    expect(page.locator("[data-state]:visible")).to_have_count(1)


def verify(*arguments: str | Path, env: dict[str, str]) -> tuple[int, str]:
    """The exit code of ``geoportal verify``, and what it says."""
    command = [sys.executable, "-m", "geoportal", "verify", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def offline(portal: Portal) -> dict[str, str]:
    """There is no database where this looks for one."""
    return {**portal.environment, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}


def behind_the_portals_back(portal: Portal, *statements: str) -> None:
    """As a superuser of the database can: no trigger and no foreign key is asked."""
    with psycopg.connect(portal.database) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)


def fork(portal: Portal) -> None:
    """The operator tells another story: the first entry is another, and all of it is signed anew."""
    (Path(portal.environment["LOG_KEY_DIR"]) / "last-head").unlink()
    behind_the_portals_back(
        portal,
        """UPDATE log_entry SET entry = convert_to(
               replace(convert_from(entry, 'UTF8'), '"submission.accepted"', '"submission.refused"'), 'UTF8')
           WHERE index = (SELECT min(index) FROM log_entry)""",
        "DELETE FROM log_head",
    )
    deadline = time.monotonic() + SETTLED_S
    while not portal.sql("SELECT count(*) FROM log_head"):
        assert time.monotonic() < deadline, "the worker signs nothing"
        time.sleep(0.2)


def test_a_citizen_signs_a_problem_in_kazakh_and_keeps_a_receipt_that_verifies_offline(
    open_signing: Open, signing: Portal, ncalayer: NCALayer, tmp_path: Path
) -> None:
    page = open_signing("/report/problem/?lang=kk")
    write_a_problem(page)
    text = page.locator("#statement").text_content()
    assert text is not None
    assert all(line in text for line in [TITLE, *TEXT.splitlines()])
    sign(page)
    expect(page).to_have_url(re.compile(r"/submissions/[0-9a-f-]{36}/"))
    assert ncalayer.requests[-1]["args"]["locale"] == "kk"
    assert ncalayer.requests[-1]["args"]["signingParams"]["tsaProfile"] == {}
    assert page.locator(".signed-text").text_content() == text

    with page.expect_download() as download:
        page.locator('a[href$="/receipt.zip"]').click()
    receipt = tmp_path / "receipt.zip"
    download.value.save_as(receipt)
    assert verify(receipt, env=offline(signing))[0] == 0

    spoilt = bytearray(receipt.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    receipt.write_bytes(spoilt)
    assert verify(receipt, env=offline(signing))[0] == 1


def test_an_edited_row_and_a_forked_log_are_named(
    open_signing: Open, signing: Portal, tmp_path: Path
) -> None:
    """After whatever the citizens of the other tests have signed."""
    page = open_signing("/report/problem/?lang=kk")
    write_a_problem(page)
    sign(page)
    expect(page).to_have_url(re.compile(r"/submissions/[0-9a-f-]{36}/"))
    submission = page.url.rstrip("/").split("/")[-1]
    english = {**signing.environment, "LC_ALL": "en_US.UTF-8"}
    seen = ("--log", f"{signing.url}/log/", "--state", tmp_path / "seen.json")
    assert verify("--database", env=english)[0] == 0
    assert verify(*seen, env=offline(signing))[0] == 0

    row = f"ingest_submission SET received_at = received_at %s interval '1 day' WHERE id = '{submission}'"
    behind_the_portals_back(signing, f"UPDATE {row % '-'}")
    code, said = verify("--database", env=english)
    assert (code, f"edited: ingest.submission {submission}" in said) == (1, True), said
    behind_the_portals_back(signing, f"UPDATE {row % '+'}")

    fork(signing)
    code, said = verify(*seen, env=offline(signing))
    assert (code, "two trees of" in said) == (1, True), said


def test_whatever_happens_to_ncalayer_is_told_and_can_be_tried_again(
    open_signing: Open, ncalayer: NCALayer, complaints: Complaints
) -> None:
    complaints.expected += ["Internal error"]
    page = open_signing("/account/login/?lang=ru")
    ask_to_sign_in(page)
    for mood, name in (
        (Mood.CANCELLED, "cancelled"),
        (Mood.ERROR, "failed"),
        (Mood.OLD, "old"),
        (Mood.DROP, "lost"),
        (Mood.NONSENSE, "failed"),
    ):
        ncalayer.mood = mood
        sign(page)
        state(page, name)
    ncalayer.mood = Mood.ERROR
    sign(page)
    expect(page.locator("[data-detail]:visible")).to_have_text("SIGNING_FAILURE: The key cannot be used")

    ncalayer.mood = Mood.DEAF
    sign(page)
    state(page, "permission")
    expect(page.locator("#sign")).to_be_disabled()
    page.locator("#stop").click()
    state(page, "cancelled")
    ncalayer.mood = Mood.SILENT
    sign(page)
    state(page, "choosing")
    page.locator("#stop").click()

    ncalayer.mood = Mood.STRING
    sign(page)
    expect(page).to_have_url(re.compile(r"/account/$"))


def test_without_ncalayer_the_page_says_what_to_start(
    open_page: Open, signing: Portal, complaints: Complaints
) -> None:
    # The browser's own words when nobody listens; the page's policy has let it try.
    complaints.expected += ["ERR_CONNECTION_REFUSED"]
    page = open_page("/account/login/?lang=en", of=signing)
    ask_to_sign_in(page)
    sign(page)
    state(page, "absent")
    expect(page.get_by_role("link", name="ncl.pki.gov.kz")).to_be_visible()
    assert any("ERR_CONNECTION_REFUSED" in line for line in complaints.found)


def test_on_a_narrow_screen_the_key_of_another_person_is_refused_and_the_right_one_is_taken(
    open_signing: Open, ncalayer: NCALayer, complaints: Complaints
) -> None:
    complaints.expected += ["422"]
    page = open_signing("/report/problem/?lang=en", width=360)
    ncalayer.mood = Mood.BASE64
    write_a_problem(page)
    ncalayer.sign = partial(sign_as, STRANGER)
    sign(page)
    alert = page.get_by_role("alert").filter(visible=True)
    expect(alert).to_contain_text("another person's key")
    expect(alert).to_contain_text("Sign with your own key")
    check_page(page, 360)
    ncalayer.sign = partial(sign_as, OWNER)
    sign(page)
    expect(page).to_have_url(re.compile(r"/submissions/[0-9a-f-]{36}/"))


def test_without_a_script_a_demonstration_key_signs(open_page: Open, signing: Portal) -> None:
    page = open_page("/account/login/?lang=en", of=signing, java_script_enabled=False)
    ask_to_sign_in(page)
    expect(page.locator("#sign")).to_be_hidden()
    expect(page.locator("noscript .signing-way")).to_be_visible()
    page.locator("#demo-person").select_option(OWNER)
    page.get_by_role("button", name="Sign with a demonstration key").click()
    expect(page).to_have_url(re.compile(r"/account/$"))


def test_the_page_moves_on_when_the_phone_has_signed(open_page: Open, signing: Portal) -> None:
    page = open_page("/account/login/?lang=en", of=signing)
    ask_to_sign_in(page)
    page.get_by_role("link", name="Sign with eGov Mobile").click()
    expect(page.locator(".qr svg")).to_be_visible()
    launch = page.locator(".launch a").first.get_attribute("href") or ""
    (address,) = parse_qs(urlsplit(launch).query)["link"]
    assert EgovMobile(partial(sign_as, OWNER), over_http).sign_what(f"mobileSign:{address}").status == 200
    expect(page).to_have_url(re.compile(r"/account/$"))


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("kk", 1280, "light"), ("ru", 360, "dark"), ("en", 360, "light")]
)
def test_the_pages_are_accessible_and_fit_the_screen(
    open_signing: Open, ncalayer: NCALayer, language: str, width: int, scheme: str
) -> None:
    ncalayer.mood = Mood.CANCELLED
    page = open_signing(f"/account/login/?lang={language}", width=width, color_scheme=scheme)
    ask_to_sign_in(page)
    sign(page)
    state(page, "cancelled")
    for summary in page.locator("details > summary").all():
        summary.click()
    check_page(page, width)
    page.locator('a[href*="/mobile/"]').click()
    expect(page.locator(".qr svg")).to_be_visible()
    check_page(page, width)


def check_page(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert accessibility_faults(page) == []
