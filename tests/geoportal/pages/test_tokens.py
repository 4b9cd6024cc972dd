"""Colours are readable: contrasts of the design tokens, computed as WCAG 2.2 says, in light and dark."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = settings.BASE_DIR / "geoportal" / "static" / "geoportal" / "css"
TEXTS = ["ink", "muted", "primary", "primary-strong", "danger"]
SIGNS = [
    "problem",
    "need",
    "initiative",
    "giving",
    "control-line",
    *(f"status-{group}" for group in ("open", "solved", "declined", "duplicate")),
]


def themes() -> dict[str, dict[str, str]]:
    text = (CSS / "tokens.css").read_text()
    light, dark = text.split("@media (prefers-color-scheme: dark)")
    pattern = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})")
    day = dict(pattern.findall(light))
    return {"light": day, "dark": day | dict(pattern.findall(dark))}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("paper", ["paper", "paper-2"])
def test_texts_and_signs_stand_out_from_the_paper(theme: str, paper: str) -> None:
    tokens = themes()[theme]
    for text in TEXTS:
        assert contrast(tokens[text], tokens[paper]) >= 4.5, text
    for sign in SIGNS:
        assert contrast(tokens[sign], tokens[paper]) >= 3, sign


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_texts_on_coloured_ground_are_readable(theme: str) -> None:
    tokens = themes()[theme]
    for text, ground in [
        ("on-primary", "primary"),
        ("on-primary", "primary-strong"),
        ("ink", "tint"),
        ("ink", "notice"),
        ("ink", "danger-tint"),
        ("danger", "paper"),
    ]:
        assert contrast(tokens[text], tokens[ground]) >= 4.5, f"{text} on {ground}"


def test_only_the_tokens_write_colours() -> None:
    for sheet in ("base.css", "layout.css", "components.css", "forms.css", "lists.css", "feature.css"):
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b", (CSS / sheet).read_text()) == []


def test_every_token_that_is_used_is_defined() -> None:
    sheets = {sheet: Path(sheet).read_text() for sheet in map(str, CSS.glob("*.css"))}
    defined = set(re.findall(r"(--[a-z0-9-]+):", "".join(sheets.values())))
    used = set(re.findall(r"var\((--[a-z0-9-]+)", "".join(sheets.values())))
    assert used - defined == set()
