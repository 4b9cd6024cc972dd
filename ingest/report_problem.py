"""A citizen reports a problem, and replaces the report by a new revision while nobody has taken it up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from geoportal.accounts.models import User
from geoportal.lib.errors import DomainError
from geoportal.lib.geo import WGS84
from ingest.acts import Act, BadFields, Payload, Written, explained
from ingest.models import LANGUAGES, State, Submission
from ingest.statement import BadText, canonical_line, canonical_text
from layers.models import Category, Feature
from layers.statuses import Kind
from regions.boundaries import region_at
from regions.models import Jurisdiction

TITLE_LETTERS = 200
TEXT_LETTERS = 10_000
ADDRESS_LETTERS = 300
# Six decimals are a tenth of a metre.
DECIMALS = 6
LIFETIME = timedelta(hours=1)


class NotYours(DomainError):
    """The problem is not one that this person has submitted."""

    code = "not_yours"


class CannotRevise(DomainError):
    """The report has gone too far to be replaced, or has been replaced meanwhile."""

    code = "cannot_revise"


@dataclass
class _Reading:
    """Fields one by one, so that a person is told of all that is wrong at once."""

    given: Mapping[str, Any]
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, *, most: int, is_line: bool, is_needed: bool) -> str:
        raw = str(self.given.get(name) or "")
        # Far more than is allowed is not looked at letter by letter, and is too long even if blanks fill it:
        # what stands behind them must not be lost.
        looked_at = raw[: most * 4]
        try:
            text = (canonical_line if is_line else canonical_text)(looked_at, field=name)
        except BadText as error:
            self.errors[name] = explained(error)
            return ""
        if len(text) > most or looked_at != raw:
            self.errors[name] = _("At most %(most)s characters, please; there are %(count)s.") % {
                "most": most,
                "count": len(text) if looked_at == raw else len(raw),
            }
        # An empty Braille cell or a selector of emoji are no blanks, and nothing is seen of them either.
        elif is_needed and not any(character.isalnum() for character in text):
            self.errors[name] = _("Please fill this in.")
        return text

    def degrees(self, name: str, *, most: int) -> float:
        """A decimal number; with a comma too, as it is written here."""
        raw = str(self.given.get(name, "")).strip().replace(",", ".")
        try:
            number = round(float(raw), DECIMALS)
        except ValueError:
            number = float("nan")
        if not abs(number) <= most:
            self.errors[name] = _("A number from −%(most)s to %(most)s is needed, such as 43.238949.") % {
                "most": most
            }
        return number

    def choice(self, name: str, known: bool, sentence: str) -> str:
        if not known:
            self.errors[name] = sentence
        return str(self.given.get(name) or "")


def read_problem(given: Mapping[str, Any], user: User | None, at: datetime) -> Payload:
    """The payload of a problem: title, text, category (code), language, lon, lat (degrees), address.

    ``given`` has the same keys, as text from a form or as values. Raises BadFields.
    """
    reading = _Reading(given)
    category, language = str(given.get("category") or ""), given.get("language")
    payload = {
        "title": reading.text("title", most=TITLE_LETTERS, is_line=True, is_needed=True),
        "text": reading.text("text", most=TEXT_LETTERS, is_line=False, is_needed=True),
        "category": reading.choice(
            "category",
            "\0" not in category and Category.objects.filter(pk=category).exists(),
            _("Choose what it is about."),
        ),
        "language": reading.choice("language", language in LANGUAGES, _("Choose the language of the text.")),
        "lon": reading.degrees("lon", most=180),
        "lat": reading.degrees("lat", most=90),
        "address": reading.text("address", most=ADDRESS_LETTERS, is_line=True, is_needed=False),
    }
    if not {"lon", "lat"} & set(reading.errors) and not _is_inside(place_of(payload), at):
        reading.errors["lat"] = _("This place is outside the area that the portal serves.")
    if reading.errors:
        raise BadFields(reading.errors)
    return payload


def write_problem(payload: Payload, language: str) -> Written:
    return Written(
        object=f"problem/{payload['problem']}" if "problem" in payload else "problem",
        revision=payload.get("revision", 1),
        fields={
            "title": payload["title"],
            "text": payload["text"],
            "category": _category_name(payload["category"], language),
            "place": f"{payload['lat']:.{DECIMALS}f}, {payload['lon']:.{DECIMALS}f}",
            "address": payload["address"],
            "text_language": payload["language"],
        },
    )


def as_signed(feature: Feature) -> dict[str, str]:
    """What ``write_problem`` has people sign, as the map has it now; of the category its code alone."""
    place = feature.geom
    return {
        "title": feature.title,
        "text": feature.text,
        "category": feature.category_id,
        "place": f"{place.y:.{DECIMALS}f}, {place.x:.{DECIMALS}f}" if place.geom_type == "Point" else "",
        "address": feature.address,
        "text_language": feature.language,
    }


def record_problem(submission: Submission, payload: Payload) -> Feature:
    """A new problem on the map, with the regions it lies in when it was received."""
    return Feature.objects.create(
        kind=Kind.PROBLEM,
        jurisdiction_id=settings.DEFAULT_JURISDICTION,
        status="new",
        author=submission.user,
        received_at=submission.received_at,
        is_demo=submission.signature.is_demo,
        **_said(payload, submission.received_at),
    )


def read_revision(given: Mapping[str, Any], user: User | None, at: datetime) -> Payload:
    """The same with ``problem`` (its number) and ``revision``, the next. Raises NotYours, CannotRevise."""
    problem = open_to_revision(int(given["problem"]), user)
    return read_problem(given, user, at) | {"problem": problem.pk, "revision": latest_revision(problem) + 1}


def record_revision(submission: Submission, payload: Payload) -> Feature:
    """The problem says what the new revision says. Its arrival stays that of the first."""
    feature = Feature.objects.select_for_update().get(pk=payload["problem"])
    _refuse_taken_up(feature)
    others = feature.submissions.exclude(pk=submission.pk).exclude(state=State.REFUSED)
    newest = others.aggregate(newest=Max("revision"))["newest"]
    if newest != submission.revision - 1:
        raise CannotRevise(_("This report has been changed meanwhile. Open it again."))
    for name, value in _said(payload, submission.received_at).items():
        setattr(feature, name, value)
    feature.is_demo = feature.is_demo or submission.signature.is_demo
    feature.save()
    return feature


def open_to_revision(pk: int, user: User | None) -> Feature:
    """The problem ``pk``, which ``user`` has submitted and may still replace."""
    feature = Feature.objects.of_kind(Kind.PROBLEM).filter(pk=pk, author=user).first() if user else None
    if feature is None or not feature.submissions.filter(state=State.ACCEPTED).exists():
        raise NotYours(_("You have not submitted this problem."))
    _refuse_taken_up(feature)
    if feature.submissions.filter(state=State.PENDING).exists():
        raise CannotRevise(_("Your last change of this report is still being checked."))
    return feature


def latest_revision(feature: Feature) -> int:
    revisions = feature.submissions.exclude(state=State.REFUSED)
    return int(revisions.aggregate(newest=Max("revision"))["newest"] or 0)


def place_of(payload: Payload) -> Point:
    return Point(payload["lon"], payload["lat"], srid=WGS84)


def _refuse_taken_up(feature: Feature) -> None:
    if feature.status != "new":
        raise CannotRevise(_("The akimat has taken this report up already: it can no longer be changed."))


def _is_inside(place: Point, at: datetime) -> bool:
    """As loads decide it (layers.bulk): in a region of the day, or in the outline of the jurisdiction."""
    jurisdiction = settings.DEFAULT_JURISDICTION
    found = region_at(place, jurisdiction=jurisdiction, at=_day(at))
    is_in_outline = Jurisdiction.objects.filter(pk=jurisdiction, outline__intersects=place)
    return bool(found.oblast or found.rayon) or is_in_outline.exists()


def _day(at: datetime) -> date:
    return timezone.localdate(at)


def _said(payload: Payload, at: datetime) -> dict[str, Any]:
    """The columns of a feature that the person has written, and the regions of its place."""
    place = place_of(payload)
    found = region_at(place, jurisdiction=settings.DEFAULT_JURISDICTION, at=_day(at))
    return {
        "title": payload["title"],
        "text": payload["text"],
        "language": payload["language"],
        "address": payload["address"],
        "category_id": payload["category"],
        "geom": place,
        "oblast": found.oblast.code if found.oblast else "",
        "rayon": found.rayon.code if found.rayon else "",
    }


def _category_name(code: str, language: str) -> str:
    """``Roads › Potholes (potholes)``: the name for the person, the code for programs."""
    category = Category.objects.select_related("parent").get(pk=code)
    with override(language):
        names = [each.name for each in (category.parent, category) if each]
    return canonical_line(f"{' › '.join(names)} ({code})", field="category")


SUBMIT_PROBLEM = Act("problem.submit", LIFETIME, read_problem, write_problem, record_problem)
REVISE_PROBLEM = Act("problem.revise", LIFETIME, read_revision, write_problem, record_revision)
