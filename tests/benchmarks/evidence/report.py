"""docs/benchmarks_evidence.md out of a run."""

from pathlib import Path
from textwrap import fill

from tests.benchmarks.snapshot.findings import Section
from tests.benchmarks.snapshot.machine import description

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "benchmarks_evidence.md"
COLUMNS = 120
TEXT = """\
# How fast signatures, submissions and the log are

Written by `make bench ARGS=evidence`, which measures and says for each aim whether it is met. Nothing here is
edited by hand: run it on your machine and compare.

{machine}

| | aim | found | | |
|---|---:|---:|---|---|
{aims}

**{met} of {all} aims are met.**

{sections}
"""


def document(sections: list[Section], load_at_start: float) -> str:
    aims = [aim for section in sections for aim in section.aims]
    return TEXT.format(
        machine="\n".join(description(load_at_start)),
        aims="\n".join(aim.row() for aim in aims),
        met=sum(aim.verdict == "met" for aim in aims),
        all=len(aims),
        sections="\n\n".join(
            "\n\n".join([f"## {each.title}", *(fill(text, COLUMNS) for text in each.text)])
            for each in sections
        ),
    )
