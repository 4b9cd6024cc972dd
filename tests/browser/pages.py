"""What a person sees and does on the map page, in the words of the tests.

The policy forbids eval, which ``wait_for_function`` needs: the page says what it is doing in data-state.
"""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def wait_for_map(page: Page) -> None:
    expect(page.locator("#map")).to_have_attribute("data-state", "ready")


def count_shown(page: Page) -> int:
    summary = page.locator('#summary[data-state="ready"]')
    expect(summary).to_be_visible()
    return int(summary.get_attribute("data-count") or "-1")


def wait_for_figures(page: Page) -> None:
    """The numbers beside the choices, and the bars over time, are those of the filters in use."""
    expect(page.locator('body[data-figures="ready"]')).to_be_visible()


def number_beside(page: Page, field: str, value: str) -> Locator:
    """What stands beside one choice of a field; the same beside a status that several kinds have."""
    return page.locator(f'#filter-{field} option[value="{value}"] .option-count').first


def card(page: Page) -> Locator:
    return page.locator("#view-card")


def wait_for_card(page: Page) -> None:
    expect(card(page)).to_have_attribute("data-state", "ready")


def press_middle(page: Page) -> None:
    """Presses the middle of the map's picture."""
    box = page.locator("#map").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def zoom_of(page: Page) -> float:
    return float(page.url.split("#map=")[1].split("/")[0])


def accessibility_faults(page: Page) -> list[tuple[str, list[str]]]:
    """The rules of WCAG 2.2 AA and of good practice that the page breaks, as axe-core sees it, and where."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(
        "async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.target)])"
    )
