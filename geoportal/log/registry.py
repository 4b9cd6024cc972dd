"""Which rows are logged, and as what. Each app says so of its own models in ``AppConfig.ready``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet

from geoportal.log.canonical import JSON
from geoportal.log.entry import EVENT

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Events that begin so are the log's own.
OWN = "log."


@dataclass(frozen=True)
class LoggedEvent:
    event: str
    model: type[Model]
    content: Callable[[Any], Mapping[str, JSON]]
    public: Callable[[Any], Mapping[str, JSON]]
    rows: Callable[[QuerySet[Any]], QuerySet[Any]]
    title: "StrOrPromise"


EVENTS: dict[str, LoggedEvent] = {}


def _nothing(row: Any) -> Mapping[str, JSON]:
    return {}


def _all(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows


def logged(
    *,
    event: str,
    model: type[Model],
    content: Callable[[Any], Mapping[str, JSON]],
    public: Callable[[Any], Mapping[str, JSON]] = _nothing,
    rows: Callable[[QuerySet[Any]], QuerySet[Any]] = _all,
    title: "StrOrPromise" = "",
) -> None:
    """Say that rows of ``model`` are logged as ``event``. Called once for each event, from ``ready``.

    ``content(row)``: what the entry commits to; values of geoportal.log.canonical.JSON (``utc_text`` for
      times). It must give the same for as long as the row exists: ``verify --database`` asks it again, and
      takes a difference for an edit.
    ``public(row)``: what the entry says openly. No personal data.
    ``rows(queryset)``: those rows of the model that must have such an entry (default: all), as a filter; it
      may add ``select_related`` and ``only`` for what ``content`` reads. A row of these without an entry was
      inserted past the log.
    ``title``: what the page of the log calls it, lazily translated; without one, the event's own name.

    Raises ValueError for a name that is none (``submission.accepted`` is), is the log's own or is taken.
    """
    if not EVENT.fullmatch(event) or event.startswith(OWN):
        raise ValueError(f"{event!r} cannot be the name of an event")
    if event in EVENTS:
        raise ValueError(f"{event} is registered already, by {EVENTS[event].model._meta.label}")
    EVENTS[event] = LoggedEvent(event, model, content, public, rows, title or event)


def label_of(model: type[Model]) -> str:
    """How the log names a model: ``ingest.submission``; a proxy is the model behind it."""
    concrete = model._meta.concrete_model or model
    return concrete._meta.label_lower
