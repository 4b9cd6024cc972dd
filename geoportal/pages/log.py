"""``/log/``: what the public log is, where it stands, what came last, and how to check it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geoportal.log.append import ERASED
from geoportal.log.entry import Entry
from geoportal.log.models import Head
from geoportal.log.offices import RESTARTED, ROTATED
from geoportal.log.proofs import keys, last_head, stored
from geoportal.log.registry import EVENTS

SHOWN = 10


@dataclass(frozen=True)
class Line:
    """One entry, as a line of the page."""

    index: int
    title: str
    at: datetime
    object: str


@require_safe
def log_page(request: HttpRequest) -> HttpResponse:
    head = last_head()
    context: dict[str, Any] = {
        "head": head,
        "root": bytes(head.root).hex() if head else "",
        "origin": head.checkpoint.partition("\n")[0] if head else "",
        "lines": latest(head) if head else [],
        "keys": [key.verifier for key in keys()],
        "address": request.build_absolute_uri(reverse("log")),
    }
    return render(request, "geoportal/log.html", context)


def latest(head: Head) -> list[Line]:
    """The last entries under this head, the newest first."""
    start = max(0, head.size - SHOWN)
    entries = stored().entries(start, head.size - start)
    return [line_of(index, Entry.decode(entry)) for index, entry in enumerate(entries, start)][::-1]


def line_of(index: int, entry: Entry) -> Line:
    return Line(index, title_of(entry.event), entry.at, str(entry.object)[:8])


def title_of(event: str) -> str:
    """An event in the reader's words; one that is no longer known by its own name."""
    own = {
        ERASED: _("The data behind earlier entries was erased"),
        ROTATED: _("The log was given a new key"),
        RESTARTED: _("The log goes on under a new name"),
    }
    return own.get(event) or str(EVENTS[event].title if event in EVENTS else event)
