"""What one type of signed text is for: how its fields are read, worded and made into the record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from geoportal.accounts.models import User
from geoportal.lib.errors import DomainError
from ingest.models import Submission
from ingest.statement import BadText
from layers.models import Feature

Payload = dict[str, Any]


class BadFields(DomainError):
    """Fields that cannot be taken. ``errors``: name of the field to a sentence in the reader's language."""

    code = "bad_fields"

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        first, sentence = next(iter(self.errors.items()))
        super().__init__(sentence, field=first)


@dataclass(frozen=True)
class Written:
    """The parts of a statement that depend on its type (ingest.statement.Statement)."""

    object: str
    revision: int | None
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Act:
    """``read`` makes the payload of what a form or another program gives, and raises BadFields.

    ``write`` words a payload in a language. ``record`` makes the record when the signature holds, inside the
    transaction; it raises DomainError when the record cannot be made any more. None: there is none (a login),
    so the text can never be submitted.
    """

    type: str
    lifetime: timedelta
    read: Callable[[Mapping[str, Any], User | None, datetime], Payload]
    write: Callable[[Payload, str], Written]
    record: Callable[[Submission, Payload], Feature] | None = None


def explained(error: BadText) -> str:
    """Why a text cannot be signed, in the reader's language."""
    place = {"character": error.character, "line": error.line}
    if error.code == "bidi":
        return _("Line %(line)s has the character %(character)s, which turns the direction of text.") % place
    if error.code == "invisible":
        return _("Line %(line)s has the character %(character)s, which cannot be seen: remove it.") % place
    return _("Line %(line)s has the character %(character)s, which cannot be shown.") % place


LOGIN = Act(
    type="login",
    lifetime=timedelta(minutes=10),
    read=lambda given, user, at: {},
    write=lambda payload, language: Written("account", None),
)
