"""What people sign: a text that says in their language what it is, and that a machine reads back."""

from ingest.statement.canonical import BadText, canonical_line, canonical_text
from ingest.statement.statement import Attachment, NotAStatement, Statement, parse, render
from ingest.statement.wording import WORDINGS, Field, Wording, latest_wording

__all__ = [
    "WORDINGS",
    "Attachment",
    "BadText",
    "Field",
    "NotAStatement",
    "Statement",
    "Wording",
    "canonical_line",
    "canonical_text",
    "latest_wording",
    "parse",
    "render",
]
