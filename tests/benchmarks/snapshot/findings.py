"""What the parts of the benchmark tell the report."""

from dataclasses import dataclass, field
from typing import NamedTuple

from tests.benchmarks.snapshot.timing import figure


class Aim(NamedTuple):
    """``limit``: the most that is allowed, or the least where ``at_least``. ``found`` None: it could not be
    measured here, ``note`` says why."""

    what: str
    limit: float
    unit: str
    found: float | None
    at_least: bool = False
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.found is None:
            return "not measured"
        return (
            "met" if (self.found >= self.limit) == self.at_least or self.found == self.limit else "**missed**"
        )

    def row(self) -> str:
        """As a row of a table of Markdown."""
        wanted = f"{'≥' if self.at_least else '≤'} {figure(self.limit)} {self.unit}".strip()
        found = "" if self.found is None else f"{figure(self.found)} {self.unit}".strip()
        return f"| {self.what} | {wanted} | {found} | {self.verdict} | {self.note} |"


@dataclass
class Section:
    """A heading of the report. ``text``: paragraphs and tables, in Markdown."""

    title: str
    text: list[str] = field(default_factory=list)
    aims: list[Aim] = field(default_factory=list)


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
