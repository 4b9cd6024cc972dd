"""How far it is, for whoever watches a terminal; nothing elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from geoportal.log.audit import Tally


@contextmanager
def counting(title: str) -> Iterator[Callable[[int, int], None]]:
    """What it gives is told (done, of how many)."""
    with _progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()) as bars:
        task = bars.add_task(title, total=None)

        def tell(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        yield tell


@contextmanager
def watching(title: str, tally: Tally, entries: int) -> Iterator[None]:
    """Looks at the tally by itself: an audit says nothing for as long as it finds nothing."""
    with _progress(SpinnerColumn(), TextColumn("{task.description}"), Looked(tally, entries)) as bars:
        bars.add_task(title, total=None)
        yield


class Looked(ProgressColumn):
    max_refresh = 0.2

    def __init__(self, tally: Tally, entries: int) -> None:
        super().__init__()
        self.tally, self.entries = tally, entries

    def render(self, task: Task) -> Text:
        return Text(f"{self.tally.entries:,}/{self.entries:,}")


def _progress(*columns: ProgressColumn) -> Progress:
    console = Console(stderr=True)
    return Progress(
        *columns, TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal
    )
