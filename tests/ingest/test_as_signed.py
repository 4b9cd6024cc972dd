"""An edit of what the map shows is found, although the signed bytes and the log are whole."""

from typing import Any

import pytest
from django.db.models import QuerySet

from geoportal.log.audit import Fault
from ingest.as_signed import altered_features
from ingest.erasure import forget
from ingest.models import Submission
from layers.models import Feature
from tests.ingest.signed import asked, citizen, handed_in, now
from tests.world import add_feature

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


@pytest.fixture
def signed() -> Submission:
    return handed_in(asked(citizen()))


def _of(submission: Submission) -> QuerySet[Feature]:
    return Feature.objects.filter(submissions=submission)


def test_a_map_that_says_what_was_signed_is_left_alone(signed: Submission) -> None:
    add_feature(title="Loaded, and signed by nobody")
    assert list(altered_features()) == []


def test_the_last_revision_counts(signed: Submission) -> None:
    assert signed.user
    handed_in(asked(signed.user, "problem.revise", problem=signed.feature_id, title="Түзетілген тақырып"))
    assert list(altered_features()) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("title", "Бәрі жақсы"),
        ("text", ""),
        ("category_id", "water"),
        ("address", "Басқа көше, 1"),
        ("language", "ru"),
        ("geom", "SRID=4326;POINT(70.5 50.250001)"),
        ("geom", "SRID=4326;LINESTRING(70.5 50.25, 70.6 50.25)"),
    ],
)
def test_an_edited_column_is_named(signed: Submission, column: str, value: Any) -> None:
    _of(signed).update(**{column: value})
    (finding,) = altered_features()
    names = {"category_id": "category", "language": "text_language", "geom": "place"}
    assert (finding.fault, finding.model) == (Fault.NOT_AS_SIGNED, "layers.feature")
    assert (finding.key, finding.detail) == (str(signed.feature_id), names.get(column, column))


def test_the_life_of_a_problem_is_no_edit(signed: Submission) -> None:
    _of(signed).update(status="accepted", rayon="")
    assert list(altered_features()) == []


def test_nothing_is_said_of_what_was_erased(signed: Submission) -> None:
    assert signed.user
    forget(user=signed.user, at=now())
    _of(signed).update(title="Бәрі жақсы")
    assert list(altered_features()) == []
