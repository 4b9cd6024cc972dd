"""A citizen, their browser, NCALayer and the portal, the whole way."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from ingest.demo_authority import sign_as
from tests.browser.conftest import ROOT, Complaints, Installation, Portal
from tests.fakes.egov_mobile import EgovMobile, over_http
from tests.fakes.ncalayer import Mood, NCALayer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Open = Callable[..., Page]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
OWNER, STRANGER = "asqar", "anna"
SLOW_MS = 30_000
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
    expect(page).to_have_url(re.compile(r"/report/problem/"), timeout=SLOW_MS)
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
    expect(page.locator(f'[data-state="{name}"]')).to_be_visible(timeout=SLOW_MS)
    expect(page.locator("[data-state]:visible")).to_have_count(1)


def verify(receipt: Path, portal: Portal) -> subprocess.CompletedProcess[str]:
    """Offline: there is no database where this looks for one."""
    nowhere = {**portal.environment, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    command = [sys.executable, "-m", "geoportal", "verify", str(receipt)]
    return subprocess.run(command, cwd=ROOT, env=nowhere, capture_output=True, text=True, check=False)


def test_a_citizen_signs_a_problem_in_kazakh_and_keeps_a_receipt_that_verifies_offline(
    open_signing: Open, signing: Portal, ncalayer: NCALayer, tmp_path: Path
) -> None:
    page = open_signing("/report/problem/?lang=kk")
    write_a_problem(page)
    text = page.locator("#statement").text_content()
    assert text is not None
    assert all(line in text for line in [TITLE, *TEXT.splitlines()])
    sign(page)
    expect(page).to_have_url(re.compile(r"/submissions/[0-9a-f-]{36}/"), timeout=SLOW_MS)
    assert ncalayer.requests[-1]["args"]["locale"] == "kk"
    assert ncalayer.requests[-1]["args"]["signingParams"]["tsaProfile"] == {}
    assert page.locator(".signed-text").text_content() == text

    with page.expect_download() as download:
        page.locator('a[href$="/receipt.zip"]').click()
    receipt = tmp_path / "receipt.zip"
    download.value.save_as(receipt)
    verdict = verify(receipt, signing)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr

    spoilt = bytearray(receipt.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    receipt.write_bytes(spoilt)
    verdict = verify(receipt, signing)
    assert verdict.returncode == 1, verdict.stdout + verdict.stderr


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
    expect(page).to_have_url(re.compile(r"/account/$"), timeout=SLOW_MS)


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
    expect(alert).to_contain_text("another person's key", timeout=SLOW_MS)
    expect(alert).to_contain_text("Sign with your own key")
    check_page(page, 360)
    ncalayer.sign = partial(sign_as, OWNER)
    sign(page)
    expect(page).to_have_url(re.compile(r"/submissions/[0-9a-f-]{36}/"), timeout=SLOW_MS)


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
    expect(page).to_have_url(re.compile(r"/account/$"), timeout=SLOW_MS)


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
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.target)])"
    )
    assert found == []
