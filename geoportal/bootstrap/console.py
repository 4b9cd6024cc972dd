"""What a person at the terminal sees: steps with their progress, and one clear line when something cannot be
done.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

QUIET_INTERVAL_S = 15.0
SPIN_INTERVAL_S = 0.2
TELLING = ("error", "fatal", "e: ", "could not", "unable to")


class BootstrapError(Exception):
    """Something cannot be set up. The message is one line that names the cause and what to do about it."""


def say(text: str) -> None:
    """A line for a person. On standard error, like progress: standard output is for what a command gives."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def run_step(
    title: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    progress: Callable[[str], str | None] | None = None,
    advice: str = "",
) -> None:
    """Run a long command with its output in ``log``, showing the title, the time and how far it is.

    ``progress`` turns a line of output into a short note ("12 of 97") or None. Raises BootstrapError with the
    last telling line of the output, ``advice`` and the log's path when the command fails.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    with log.open("w") as out, Ticker(title) as ticker:
        try:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                text=True,
                errors="replace",
            )
        except OSError as error:
            raise BootstrapError(f"{title}: cannot run {command[0]}: {error.strerror}") from error
        assert process.stdout is not None
        try:
            for line in process.stdout:
                out.write(line)
                if line.strip():
                    lines.append(line.strip())
                if progress and (note := progress(line)):
                    ticker.note = note
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
        code = process.wait()
        ticker.succeeded = code == 0
    if code:
        hint = f"; {advice}" if advice else ""
        raise BootstrapError(f"{title} failed: {telling_line(lines)}{hint} (all output: {log})")


def telling_line(lines: Sequence[str]) -> str:
    """The line of a failed command that says most: the last that speaks of an error, else the last."""
    for line in reversed(lines):
        words = line.lower()
        if "log of this run" not in words and any(word in words for word in TELLING):
            return line[:300]
    return lines[-1][:300] if lines else "no output"


class Ticker:
    """``Installing … 12 of 97, 8 s`` rewritten in place on a terminal; elsewhere a line now and then."""

    def __init__(self, title: str, stream: TextIO | None = None) -> None:
        self.title = title
        self.note = ""
        self.succeeded = False
        self.stream = stream or sys.stderr
        self.in_place = self.stream.isatty() and os.environ.get("TERM") != "dumb"
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Ticker:
        self._start = time.monotonic()
        if not self.in_place:
            self._write(f"{self.title} …\n")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        took = f"{time.monotonic() - self._start:.0f} s"
        outcome = f"done in {took}" if self.succeeded else f"stopped after {took}"
        self._write(f"\r\033[K{self.title}: {outcome}\n" if self.in_place else f"  {outcome}\n")

    def _tick(self) -> None:
        while not self._done.wait(SPIN_INTERVAL_S if self.in_place else QUIET_INTERVAL_S):
            note = ", ".join(filter(None, [self.note, f"{time.monotonic() - self._start:.0f} s"]))
            self._write(f"\r\033[K{self.title} … {note}" if self.in_place else f"  … {note}\n")

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()
