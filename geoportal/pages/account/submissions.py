"""``/account/submissions/``: what I signed and sent, and what became of it."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from geoportal.pages.account.person import person_of_request
from ingest.models import Submission
from ingest.refusals import reason_of

ON_A_PAGE = 50


@require_safe
def my_submissions(request: HttpRequest) -> HttpResponse:
    mine = (
        Submission.objects.filter(user=person_of_request(request))
        .select_related("request", "feature", "signature")
        .defer("content", "request__content", "feature__geom", "signature__cms", "signature__path")
        .order_by("-received_at", "pk")
    )
    page = Paginator(mine, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        {"submission": submission, "title": title_of(submission), "reason": reason_of(submission)}
        for submission in page
    ]
    return render(request, "geoportal/account/my_submissions.html", {"page_of_rows": page, "rows": rows})


def title_of(submission: Submission) -> str:
    """What the person called it: in the record, or in what became none."""
    if submission.feature is not None:
        return submission.feature.title
    return str(submission.request.payload.get("title", ""))
