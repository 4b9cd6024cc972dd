"""A statement as the text that is signed, and back: ``parse(render(x)) == x``.

Line by line: what it means to sign this, with the type and version of the wording in brackets, then
"label: value". What a person has written stands under its label, each line behind "| ": no text of a user can
pass for a field. It begins with a letter and has spaces, so it is neither base64 nor DER; NCALayer would add
its signature to a payload that it takes for a CMS instead of signing it (docs/submissions.md).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from geoportal.lib.errors import DomainError
from ingest.statement.canonical import BadText, canonical_line, canonical_text
from ingest.statement.wording import WORDINGS, Wording

MARK = "|"
TIME = "%Y-%m-%d %H:%M:%S"
# Far above what forms allow: what is longer is nothing that the portal issued.
MOST_BYTES = 256 * 1024
FIRST_LINE = re.compile(r"(?P<says>.+) \[(?P<type>[a-z_]+(?:\.[a-z_]+)*) (?P<version>[1-9][0-9]{0,3})\]")
ATTACHMENT = re.compile(r"(?P<sha256>[0-9a-f]{64}) (?P<name>.+)")
NUMBER = re.compile(r"0|[1-9][0-9]{0,9}")
# The revision of what has none, such as a login.
NONE = "-"


class NotAStatement(DomainError):
    """The bytes are no statement as ``render`` writes them; its text says where they differ."""

    code = "not_a_statement"


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a statement. ``sha256`` in hexadecimal, ``name`` as the person called it."""

    sha256: str
    name: str


@dataclass(frozen=True)
class Statement:
    """``fields`` has a text for each field of the wording. ``object`` is ``"problem"`` for a new one,
    ``"problem/17"`` for one that is there. Times are UTC, in whole seconds.
    """

    type: str
    version: int
    language: str
    origin: str
    object: str
    revision: int | None
    nonce: str
    issued_at: datetime
    expires_at: datetime
    fields: dict[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()

    @property
    def wording(self) -> Wording:
        return WORDINGS[self.type, self.version]


def render(statement: Statement) -> bytes:
    """The text in UTF-8, ended by a line feed.

    Raises ValueError for what is not canonical (ingest.statement.canonical), for a field too many or too few,
    and for times that are not UTC or have fractions of a second; KeyError for a wording that there is not.
    """
    wording, language = statement.wording, statement.language
    frame = wording.frame
    if set(statement.fields) != {each.name for each in wording.fields}:
        raise ValueError(f"{statement.type} has other fields than these: {sorted(statement.fields)}")
    lines = [f"{wording.says[language]} [{statement.type} {statement.version}]"]
    lines.append(_line(frame.origin[language], statement.origin))
    lines.append(_line(frame.object[language], statement.object))
    lines.append(
        _line(frame.revision[language], NONE if statement.revision is None else str(statement.revision))
    )
    for each in wording.fields:
        text = statement.fields[each.name]
        label = each.label[language]
        lines += [f"{label}:", *_marked(text)] if each.is_marked else [_line(label, text)]
    lines.append(_line(frame.attachments[language], str(len(statement.attachments))))
    lines += [_attachment(each) for each in statement.attachments]
    lines.append(_line(frame.language[language], language))
    lines.append(_line(frame.nonce[language], statement.nonce))
    lines.append(_line(frame.issued_at[language], _time(statement.issued_at)))
    lines.append(_line(frame.expires_at[language], _time(statement.expires_at)))
    return "".join(f"{line}\n" for line in lines).encode()


def parse(content: bytes) -> Statement:
    """The statement that ``render`` wrote as ``content``. Raises NotAStatement for anything else."""
    if len(content) > MOST_BYTES:
        raise NotAStatement("longer than any statement")
    try:
        lines = content.decode().split("\n")
    except UnicodeDecodeError as error:
        raise NotAStatement(f"not UTF-8 at byte {error.start}") from error
    statement = _Reader(lines).statement()
    # One statement has one text: without this, a line could be written in two ways.
    try:
        is_same = render(statement) == content
    except ValueError as error:
        raise NotAStatement(str(error)) from error
    if not is_same:
        raise NotAStatement("not written as the portal writes it")
    return statement


class _Reader:
    """Takes the lines of a statement one after another."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0

    def statement(self) -> Statement:
        wording, language = self._first_line()
        frame = wording.frame
        origin = self._value(frame.origin[language])
        name = self._value(frame.object[language])
        revision = self._value(frame.revision[language])
        fields = {
            each.name: self._text(each.label[language])
            if each.is_marked
            else self._value(each.label[language])
            for each in wording.fields
        }
        count = self._number(self._value(frame.attachments[language]))
        attachments = tuple(self._attachment() for _ in range(min(count, len(self.lines))))
        self._value(frame.language[language])
        return Statement(
            type=wording.type,
            version=wording.version,
            language=language,
            origin=origin,
            object=name,
            revision=None if revision == NONE else self._number(revision),
            fields=fields,
            attachments=attachments,
            nonce=self._value(frame.nonce[language]),
            issued_at=self._time(self._value(frame.issued_at[language])),
            expires_at=self._time(self._value(frame.expires_at[language])),
        )

    def _first_line(self) -> tuple[Wording, str]:
        match = FIRST_LINE.fullmatch(self._next())
        wording = WORDINGS.get((match["type"], int(match["version"]))) if match else None
        for language, says in wording.says.items() if wording else ():
            if match and says == match["says"]:
                return wording, language  # type: ignore[return-value]
        raise NotAStatement("line 1 is no first line of a statement")

    def _next(self) -> str:
        if self.at == len(self.lines):
            raise NotAStatement("it ends too soon")
        self.at += 1
        return self.lines[self.at - 1]

    def _value(self, label: str) -> str:
        line = self._next()
        if not line.startswith(f"{label}: "):
            raise NotAStatement(f"line {self.at} is not “{label}”")
        return line.removeprefix(f"{label}: ")

    def _text(self, label: str) -> str:
        if self._next() != f"{label}:":
            raise NotAStatement(f"line {self.at} is not “{label}”")
        text = []
        while self.at < len(self.lines) and self.lines[self.at].startswith(MARK):
            text.append(self._next().removeprefix(MARK).removeprefix(" "))
        return "\n".join(text)

    def _attachment(self) -> Attachment:
        match = ATTACHMENT.fullmatch(self._next().removeprefix(f"{MARK} "))
        if not match:
            raise NotAStatement(f"line {self.at} is no attachment")
        return Attachment(match["sha256"], match["name"])

    def _number(self, text: str) -> int:
        if not NUMBER.fullmatch(text):
            raise NotAStatement(f"line {self.at} has no number")
        return int(text)

    def _time(self, text: str) -> datetime:
        try:
            return datetime.strptime(text, TIME).replace(tzinfo=UTC)
        except ValueError as error:
            raise NotAStatement(f"line {self.at} has no time") from error


def _line(label: str, value: str) -> str:
    if not value or not _is_canonical(canonical_line, value):
        raise ValueError(f"{label}: the value is not canonical")
    return f"{label}: {value}"


def _marked(text: str) -> list[str]:
    if not _is_canonical(canonical_text, text):
        raise ValueError("a text is not canonical")
    return [f"{MARK} {line}" if line else MARK for line in text.split("\n")] if text else []


def _attachment(attachment: Attachment) -> str:
    line = f"{attachment.sha256} {attachment.name}"
    if not ATTACHMENT.fullmatch(line) or not _is_canonical(canonical_line, line):
        raise ValueError("an attachment is not canonical")
    return f"{MARK} {line}"


def _time(moment: datetime) -> str:
    if moment.tzinfo is not UTC or moment.microsecond or moment.year < 1000:
        raise ValueError("times are UTC, in whole seconds")
    return moment.strftime(TIME)


def _is_canonical(canonical: Callable[..., str], text: str) -> bool:
    try:
        return canonical(text, field="") == text
    except BadText:
        return False
