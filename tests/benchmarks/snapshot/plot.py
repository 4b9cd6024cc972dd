"""Plots as SVG, without a library: lines over a row of names, on a logarithmic axis of milliseconds."""

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 720, 380
LEFT, RIGHT, TOP, BOTTOM = 76, 176, 40, 44
# Told apart without colours as well: by dashes, and by the names at the ends of the lines.
COLOURS = {"ours": "#0f766e", "DuckDB": "#b45309", "SQL": "#6d28d9"}
GREY, INK = "#8a8f98", "#30343b"
TEXT = 'font-family="system-ui, sans-serif" font-size="12"'
LEAST_GAP = 15


def lines(title: str, across: str, names: Sequence[str], series: Mapping[str, Sequence[float]]) -> str:
    """``series``: milliseconds for each of ``names``, NaN where there are none. One whose name begins like
    one of COLOURS has its colour; one that ends with p95 is dashed.
    """
    known = [number for numbers in series.values() for number in numbers if number > 0]
    low, high = math.floor(math.log10(min(known))), math.ceil(math.log10(max(known)))
    high = max(high, low + 1)
    across_px, up_px = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x(place: int) -> float:
        return LEFT + across_px * (place / max(1, len(names) - 1))

    def y(number: float) -> float:
        return TOP + up_px * (1 - (math.log10(number) - low) / (high - low))

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="22" fill="{INK}" {TEXT} font-weight="600">{escape(title)}</text>',
    ]
    for power in range(low, high + 1):
        at = y(10.0**power)
        label = f"{10.0**power:,.{max(0, -power)}f} ms"
        parts.append(f'<path d="M{LEFT} {at:.1f}H{LEFT + across_px}" stroke="#e3e5e8"/>')
        parts.append(
            f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end" fill="{INK}" {TEXT}>{label}</text>'
        )
    for place, name in enumerate(names):
        parts.append(
            f'<text x="{x(place):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle" fill="{INK}" {TEXT}>'
            f"{escape(name)}</text>"
        )
    parts.append(
        f'<text x="{LEFT + across_px / 2:.1f}" y="{HEIGHT - 8}" text-anchor="middle" fill="{INK}" {TEXT}>'
        f"{escape(across)}</text>"
    )
    ends = []
    for name, numbers in series.items():
        colour = next((code for begin, code in COLOURS.items() if name.startswith(begin)), GREY)
        points = [(x(n), y(number)) for n, number in enumerate(numbers) if number > 0]
        if not points:
            continue
        path = "L".join(f"{a:.1f} {b:.1f}" for a, b in points)
        dashes = ' stroke-dasharray="5 4"' if name.endswith("p95") else ""
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>')
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2.5" fill="{colour}"/>' for a, b in points]
        ends.append((points[-1][1], name, colour))
    for at, name, colour in _apart(ends):
        parts.append(
            f'<text x="{LEFT + across_px + 10}" y="{at + 4:.1f}" fill="{colour}" {TEXT}>{escape(name)}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def _apart(ends: list[tuple[float, str, str]]) -> list[tuple[float, str, str]]:
    """Names at heights that do not cover each other."""
    found: list[tuple[float, str, str]] = []
    for at, name, colour in sorted(ends):
        least = found[-1][0] + LEAST_GAP if found else TOP
        found.append((max(at, least), name, colour))
    return found
