"""A report is replaced by a new signed revision, while nobody has taken it up."""

from typing import Any

import pytest

from ingest.acts import BadFields
from ingest.authority.register import Reason
from ingest.decide import decide_pending
from ingest.models import SigningRequest, State, Submission
from ingest.report_problem import CannotRevise, NotYours
from ingest.signing import Outdated, request_again
from ingest.statement import parse
from layers.models import Category, Feature
from tests.fakes.authority import IIN, OTHER_IIN, authority_of
from tests.ingest.signed import Checking, asked, citizen, handed_in, now, someone
from tests.world import MIDDLE, add_feature

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


@pytest.fixture
def first() -> Submission:
    return handed_in(asked(citizen()))


def revised(first: Submission, **changes: Any) -> SigningRequest:
    assert first.user
    return asked(first.user, "problem.revise", **({"problem": first.feature_id} | changes))


def test_a_revision_changes_the_problem_and_keeps_its_arrival(first: Submission) -> None:
    request = revised(first, title="Түзетілген тақырып", lon="71.5")
    said = parse(bytes(request.content or b""))
    assert (said.type, said.object, said.revision) == ("problem.revise", f"problem/{first.feature_id}", 2)
    second = handed_in(request)
    feature = Feature.objects.get()
    assert (second.feature, second.revision) == (feature, 2)
    assert (feature.title, feature.oblast) == ("Түзетілген тақырып", MIDDLE)
    assert feature.received_at == first.received_at
    assert [each.revision for each in feature.submissions.order_by("received_at")] == [1, 2]


def test_the_first_revision_stays_as_it_was_signed(first: Submission) -> None:
    content = bytes(first.content or b"")
    handed_in(revised(first, title="Басқа"))
    first.refresh_from_db()
    assert bytes(first.content or b"") == content


def test_only_its_author_revises_a_report(first: Submission) -> None:
    with pytest.raises(NotYours):
        asked(citizen(OTHER_IIN), "problem.revise", problem=first.feature_id)
    with pytest.raises(NotYours):
        revised(first, problem=first.feature_id + 1)  # type: ignore[operator]


def test_what_nobody_signed_is_not_revised(first: Submission) -> None:
    """A loaded problem may have an author too."""
    with pytest.raises(NotYours):
        revised(first, problem=add_feature(author=first.user).pk)


def test_what_the_akimat_has_taken_up_is_not_revised(first: Submission) -> None:
    request = revised(first, title="Басқа")
    Feature.objects.update(status="accepted")
    with pytest.raises(CannotRevise, match="taken"):
        revised(first)
    with pytest.raises(CannotRevise, match="taken"):
        handed_in(request)
    assert SigningRequest.objects.get(pk=request.pk).consumed_at is None


def test_of_two_revisions_of_one_report_the_second_gives_way(first: Submission) -> None:
    one, other = revised(first, title="Бірі"), revised(first, title="Басқасы")
    handed_in(one)
    with pytest.raises(CannotRevise, match="meanwhile"):
        handed_in(other)
    assert Feature.objects.get().title == "Бірі"
    assert parse(bytes(revised(first).content or b"")).revision == 3


def test_a_revision_that_is_being_checked_bars_others_and_shows_nothing(first: Submission) -> None:
    pending = handed_in(revised(first, title="Басқа"), check=Checking(is_down=True))
    assert Feature.objects.get().title == "Көшеде шұңқыр бар"
    with pytest.raises(CannotRevise, match="checked"):
        revised(first)
    assert decide_pending(pending.pk, at=now(), check=Checking()) == State.ACCEPTED
    assert Feature.objects.get().title == "Басқа"


def test_after_a_refused_revision_the_number_is_free_again(first: Submission) -> None:
    holder = someone(IIN)
    refused = handed_in(revised(first, title="Басқа"), holder=holder, check=Checking(is_down=True))
    authority_of("rsa").revoke(holder, Reason.KEY_COMPROMISE)
    decide_pending(refused.pk, at=now(), check=Checking())
    assert parse(bytes(revised(first).content or b"")).revision == 2
    assert handed_in(revised(first)).revision == 2


def test_a_revision_taken_up_while_it_was_checked_is_refused(first: Submission) -> None:
    pending = handed_in(revised(first, title="Басқа"), check=Checking(is_down=True))
    Feature.objects.update(status="in_progress")
    assert decide_pending(pending.pk, at=now(), check=Checking()) == State.REFUSED
    assert Feature.objects.get().title == "Көшеде шұңқыр бар"
    assert Submission.objects.get(pk=pending.pk).refusal == "cannot_revise"


def test_a_text_whose_time_has_passed_is_issued_anew(first: Submission) -> None:
    again = request_again(revised(first, title="Екінші"), at=now())
    assert handed_in(again).revision == 2


def test_a_text_is_not_issued_anew_over_a_later_revision(first: Submission) -> None:
    late = revised(first, title="Екінші")
    handed_in(revised(first, title="Үшінші"))
    with pytest.raises(Outdated):
        request_again(late, at=now())


def test_a_text_is_not_issued_anew_for_a_category_that_is_gone(first: Submission) -> None:
    late = revised(first, category="water")
    Category.objects.filter(pk="water").delete()
    with pytest.raises(BadFields) as refused:
        request_again(late, at=now())
    assert refused.value.field == "category"
