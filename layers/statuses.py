"""The words for where a feature is in its life, per kind. Codes are promises (docs/glossary.md)."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    NEED = "need", _("need")
    INITIATIVE = "initiative", _("initiative")
    PROBLEM = "problem", _("problem")


class Group(models.TextChoices):
    """What filters and colours speak of."""

    OPEN = "open", pgettext_lazy("status group", "open")
    SOLVED = "solved", pgettext_lazy("status group", "solved")
    DECLINED = "declined", pgettext_lazy("status group", "declined")
    DUPLICATE = "duplicate", pgettext_lazy("status group", "duplicate")


@dataclass(frozen=True)
class Status:
    code: str
    # None: never leaves the database.
    group: Group | None
    title: Any


HIDDEN = Status("hidden", None, pgettext_lazy("status", "hidden"))

STATUSES: dict[Kind, tuple[Status, ...]] = {
    Kind.PROBLEM: (
        Status("new", Group.OPEN, pgettext_lazy("status of a problem", "new")),
        Status("accepted", Group.OPEN, pgettext_lazy("status of a problem", "accepted")),
        Status("in_progress", Group.OPEN, pgettext_lazy("status of a problem", "in progress")),
        Status("info_requested", Group.OPEN, pgettext_lazy("status of a problem", "information requested")),
        Status("redirected", Group.OPEN, pgettext_lazy("status of a problem", "redirected")),
        Status("resolved", Group.SOLVED, pgettext_lazy("status of a problem", "solved, says the akimat")),
        Status("confirmed", Group.SOLVED, pgettext_lazy("status of a problem", "solved, citizens confirm")),
        Status("unconfirmed", Group.OPEN, pgettext_lazy("status of a problem", "not solved, citizens say")),
        Status("reopened", Group.OPEN, pgettext_lazy("status of a problem", "reopened")),
        Status("declined", Group.DECLINED, pgettext_lazy("status of a problem", "declined")),
        Status("duplicate", Group.DUPLICATE, pgettext_lazy("status of a problem", "duplicate")),
        HIDDEN,
    ),
    Kind.NEED: (
        Status("new", Group.OPEN, pgettext_lazy("status of a need", "new")),
        Status("voiced", Group.OPEN, pgettext_lazy("status of a need", "voiced")),
        Status("recognised", Group.OPEN, pgettext_lazy("status of a need", "recognised")),
        Status("planned", Group.OPEN, pgettext_lazy("status of a need", "planned")),
        Status("met", Group.SOLVED, pgettext_lazy("status of a need", "met")),
        Status("declined", Group.DECLINED, pgettext_lazy("status of a need", "declined")),
        Status("duplicate", Group.DUPLICATE, pgettext_lazy("status of a need", "duplicate")),
        HIDDEN,
    ),
    Kind.INITIATIVE: (
        Status("draft", None, pgettext_lazy("status of an initiative", "draft")),
        Status("published", Group.OPEN, pgettext_lazy("status of an initiative", "published")),
        Status("gathering", Group.OPEN, pgettext_lazy("status of an initiative", "gathering support")),
        Status("review", Group.OPEN, pgettext_lazy("status of an initiative", "under expert review")),
        Status("accepted", Group.OPEN, pgettext_lazy("status of an initiative", "accepted")),
        Status("under_way", Group.OPEN, pgettext_lazy("status of an initiative", "under way")),
        Status("completed", Group.SOLVED, pgettext_lazy("status of an initiative", "completed")),
        Status("measured", Group.SOLVED, pgettext_lazy("status of an initiative", "effect measured")),
        Status("returned", Group.OPEN, pgettext_lazy("status of an initiative", "returned for changes")),
        Status("stopped", Group.DECLINED, pgettext_lazy("status of an initiative", "stopped")),
        Status("archived", Group.DECLINED, pgettext_lazy("status of an initiative", "archived")),
        HIDDEN,
    ),
}

# Statuses that never leave the database.
PRIVATE_STATUSES = sorted({s.code for statuses in STATUSES.values() for s in statuses if s.group is None})


def status_of(kind: str, code: str) -> Status:
    """The status ``code`` of ``kind``. Raises KeyError when the kind has no such status."""
    return _BY_CODE[kind, code]


def codes_in(kind: str, group: str) -> list[str]:
    """The codes of one group, e.g. ``codes_in("need", "solved") == ["met"]``."""
    return [s.code for s in STATUSES[Kind(kind)] if s.group == group]


_BY_CODE = {(kind.value, s.code): s for kind, statuses in STATUSES.items() for s in statuses}
