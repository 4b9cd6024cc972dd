"""Settings from the environment, read in one place so that the docs test can list them all.

A value may also be given as a file: ``NAME_FILE=/run/secrets/name`` (Docker and systemd secrets).
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off", ""}


class SettingError(ValueError):
    """A setting in the environment cannot be used; the message names it."""


@dataclass(frozen=True)
class Declared:
    name: str
    default: object
    secret: bool


# Every variable that was asked for, by name: tests/geoportal/test_settings.py holds docs/settings.md against
# it.
DECLARED: dict[str, Declared] = {}


def raw(name: str, default: object = None, *, secret: bool = False) -> str | None:
    """The text of ``NAME`` or of the file that ``NAME_FILE`` points at; None when neither is set."""
    DECLARED[name] = Declared(name, default, secret)
    file = os.environ.get(f"{name}_FILE")
    if file is None:
        return os.environ.get(name)
    if name in os.environ:
        raise SettingError(f"{name} and {name}_FILE are both set: keep one")
    try:
        return Path(file).read_text().strip()
    except OSError as error:
        raise SettingError(f"{name}_FILE cannot be read: {error}") from error


def parsed(name: str, default: T, parse: Callable[[str], T], expected: str, *, secret: bool = False) -> T:
    text = raw(name, default, secret=secret)
    if text is None or text == "":
        return default
    try:
        return parse(text)
    except ValueError as error:
        raise SettingError(f"{name} must be {expected}") from error


def text(name: str, default: str = "", *, secret: bool = False) -> str:
    return parsed(name, default, str, "text", secret=secret)


def integer(name: str, default: int) -> int:
    return parsed(name, default, int, "a whole number")


def words(name: str, default: tuple[str, ...] = (), *, secret: bool = False) -> tuple[str, ...]:
    """A comma-separated list, blanks dropped."""

    def parse(text: str) -> tuple[str, ...]:
        return tuple(word.strip() for word in text.split(",") if word.strip())

    return parsed(name, default, parse, "a list", secret=secret)


def fingerprint(text: str) -> str:
    """A SHA-256 in hexadecimal, as OpenSSL and browsers write it too; lower case, without colons."""
    plain = text.replace(":", "").strip().lower()
    if not re.fullmatch("[0-9a-f]{64}", plain):
        raise ValueError(text)
    return plain


def fingerprints(name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    """A comma-separated list of SHA-256 fingerprints."""

    def parse(text: str) -> tuple[str, ...]:
        return tuple(fingerprint(word) for word in text.split(",") if word.strip())

    return parsed(name, default, parse, "a list of SHA-256 fingerprints in hexadecimal")


def by_fingerprint(name: str, default: dict[str, str]) -> dict[str, str]:
    """A comma-separated list of fingerprint=value."""

    def parse(text: str) -> dict[str, str]:
        pairs = [word.strip().partition("=") for word in text.split(",") if word.strip()]
        if not all(value for _, _, value in pairs):
            raise ValueError(text)
        return {fingerprint(key): value.strip() for key, _, value in pairs}

    return parsed(name, default, parse, "a list of fingerprint=address")


def origin(name: str, default: str) -> str:
    """Scheme and host of an address, as browsers write an origin: lower case, no path, no last slash."""

    def parse(text: str) -> str:
        parts = urlsplit(text.strip().lower())
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
            raise ValueError(text)
        if parts.query or parts.fragment or parts.username is not None:
            raise ValueError(text)
        return f"{parts.scheme}://{parts.netloc}"

    return parsed(name, default, parse, "an origin such as https://map.example.kz")


def boolean(name: str, default: bool) -> bool:
    def parse(text: str) -> bool:
        word = text.strip().lower()
        if word not in TRUE_WORDS | FALSE_WORDS:
            raise ValueError(word)
        return word in TRUE_WORDS

    return parsed(name, default, parse, "yes or no")
