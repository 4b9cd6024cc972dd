"""Invitations from a CSV: ``email,name,role,akimat,from,to``, one line a role.

Lines of one e-mail address become one invitation. Every fault of every line is named; a file with one fault
invites nobody.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from geoportal.accounts.invitations import Wanted, invite
from geoportal.accounts.models import Invitation, Role, User
from geoportal.accounts.models.role import STAFF
from geoportal.accounts.names import UNSEEN, one_line
from geoportal.lib.errors import DomainError
from regions.models import Akimat, Jurisdiction

COLUMNS = ("email", "name", "role", "akimat", "from", "to")
LONGEST_EMAIL, LONGEST_NAME = 254, 100
# What PostgreSQL and Python both know in every time zone; "9999-12-31" is how some write "without end".
EARLIEST, LATEST = date(2000, 1, 1), date(2999, 12, 31)
MOST_BYTES = 2_000_000

Value = TypeVar("Value")


@dataclass(frozen=True)
class Fault:
    """``line`` counts from 1, the head included; ``column`` is empty when it is about the whole line."""

    line: int
    column: str
    message: str


class BadFile(DomainError):
    code = "bad_file"

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults[0].message, field="file")
        self.faults = faults


class BadValue(Exception):
    """A value of one column; the message is for people."""


@dataclass(frozen=True)
class Line:
    email: str
    name: str
    wanted: Wanted


@transaction.atomic
def invite_from(
    content: bytes, *, jurisdiction: Jurisdiction, language: str, at: datetime, by: User | None
) -> list[Invitation]:
    """Invite all whom the file names. Raises BadFile with every fault."""
    people: dict[str, list[Line]] = {}
    for line in read(content, jurisdiction=jurisdiction):
        people.setdefault(line.email, []).append(line)
    return [
        invite(
            email=email,
            name=lines[0].name,
            roles=[line.wanted for line in lines],
            language=language,
            at=at,
            by=by,
        )
        for email, lines in people.items()
    ]


def read(content: bytes, *, jurisdiction: Jurisdiction) -> list[Line]:
    """The lines of a UTF-8 file with commas, semicolons or tabs. Raises BadFile."""
    reader = csv.DictReader(io.StringIO(_text(content)), dialect=_dialect(content), strict=True)
    reader.fieldnames = _head(reader)
    akimats = {akimat.code: akimat for akimat in jurisdiction.akimats.all()}
    zone = ZoneInfo(jurisdiction.time_zone)
    faults: list[Fault] = []
    lines: list[Line] = []
    seen: dict[tuple[str, Role, int | None], int] = {}
    for number, values in _rows(reader):
        line = _line(number, values, akimats, zone, faults)
        if line is None:
            continue
        key = (line.email, line.wanted.role, line.wanted.akimat.pk if line.wanted.akimat else None)
        if key in seen:
            faults.append(Fault(number, "", _("The same role as in line %(line)s.") % {"line": seen[key]}))
        seen.setdefault(key, number)
        lines.append(line)
    if not lines and not faults:
        faults.append(Fault(1, "", _("The file has no lines.")))
    if faults:
        raise BadFile(faults)
    return lines


def _head(reader: "csv.DictReader[str]") -> list[str]:
    try:
        head = [(name or "").strip().lower() for name in reader.fieldnames or []]
    except csv.Error as error:
        raise BadFile([Fault(1, "", _("This line cannot be read as CSV."))]) from error
    wrong = [
        *(Fault(1, name, _("This column is missing.")) for name in COLUMNS if name not in head),
        *(Fault(1, name, _("This column is not known.")) for name in head if name not in COLUMNS),
        *(Fault(1, name, _("This column is there twice.")) for name in COLUMNS if head.count(name) > 1),
    ]
    if wrong:
        raise BadFile(wrong)
    return head


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise BadFile([Fault(1, "", _("The file is too large."))])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadFile([Fault(line, "", _("The file is not in UTF-8."))]) from error


def _dialect(content: bytes) -> type[csv.Dialect]:
    head = content.splitlines()[0] if content.splitlines() else b""

    class Separated(csv.excel):
        delimiter = max(",;\t", key=lambda sign: head.count(sign.encode()))

    return Separated


def _rows(reader: "csv.DictReader[str]") -> Iterator[tuple[int, dict[str, str]]]:
    while True:
        number = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadFile([Fault(number, "", _("This line cannot be read as CSV."))]) from error
        # The reader passes over empty lines; a value may go over several.
        found = [each for each in values.values() if isinstance(each, str)]
        number = reader.line_num - sum(each.count("\n") for each in found)
        extra = values.pop(None, None)
        short = [name for name, value in values.items() if value is None]
        if extra or short:
            raise BadFile([Fault(number, "", _("This line has another number of values than the first."))])
        yield number, {name: value.strip() for name, value in values.items()}


def _line(
    number: int, values: dict[str, str], akimats: dict[str, Akimat], zone: ZoneInfo, faults: list[Fault]
) -> Line | None:
    """None, and the faults are noted, when a value cannot be taken."""
    before = len(faults)

    def tried(column: str, take: Callable[[str], Value]) -> Value | None:
        try:
            return take(values[column])
        except BadValue as error:
            faults.append(Fault(number, column, str(error)))
            return None

    email = tried("email", _email)
    name = tried("name", _name)
    role = tried("role", _role)
    akimat = tried("akimat", lambda code: _akimat(code, role, akimats))
    first = tried("from", _day)
    last = tried("to", _day)
    if first and last and last < first:
        faults.append(Fault(number, "to", _("The last day is before the first.")))
    if len(faults) > before or email is None or name is None or role is None:
        return None
    return Line(email, name, Wanted(role, akimat, _midnight(first, zone), _midnight_after(last, zone)))


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError as error:
        raise BadValue(_("This is not an e-mail address.")) from error
    if len(text) > LONGEST_EMAIL:
        raise BadValue(_("This is not an e-mail address."))
    return text.lower()


def _name(text: str) -> str:
    name = one_line(text)
    if not name or len(name) > LONGEST_NAME:
        raise BadValue(_("A name has 1 to %(most)s characters.") % {"most": LONGEST_NAME})
    if not name.isprintable():
        raise BadValue(UNSEEN)
    return name


def _role(text: str) -> Role:
    if text not in {role.value for role in STAFF}:
        raise BadValue(
            _("The role must be one of: %(roles)s.") % {"roles": ", ".join(r.value for r in STAFF)}
        )
    return Role(text)


def _akimat(code: str, role: Role | None, akimats: dict[str, Akimat]) -> Akimat | None:
    if role is None:
        return None
    if role != Role.OFFICER:
        if code:
            raise BadValue(_("Only officers have an akimat."))
        return None
    if code not in akimats:
        raise BadValue(_("There is no akimat with this code."))
    return akimats[code]


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadValue(_("A day is written like 2026-03-31.")) from error
    if day is not None and not EARLIEST <= day <= LATEST:
        raise BadValue(_("A day lies between 2000 and 2999; leave it empty for no limit."))
    return day


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), zone) if day else None


def _midnight_after(day: date | None, zone: ZoneInfo) -> datetime | None:
    """The end of a last day, which is included."""
    return _midnight(day + timedelta(days=1), zone) if day else None


def as_file(lines: Iterable[Mapping[str, str]]) -> bytes:
    """The lines as such a file; what a form says is held to the same rules."""
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS)
    writer.writeheader()
    writer.writerows(lines)
    return written.getvalue().encode()
