"""``/verify/``: whoever holds a receipt, or knows the code of a submission, has it checked. Nothing is kept.

The verdict names nobody: not who signed, nor what.
"""

import re
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from geoportal.log.proofs import public_keys
from geoportal.pages.submissions import algorithm_name
from geoportal.verification.receipts import known_anchors
from ingest.models import State, Submission
from ingest.receipt.check import check
from ingest.receipt.make import NoReceipt, make
from ingest.receipt.report import Outcome, Report, Step, Verdict
from ingest.receipt.sentences import CHECKS, DEMO, VERDICTS, reason, said

# A receipt has some 30 KB. One with a whole list of revoked certificates is left to `geoportal verify`: half
# a megabyte of it already takes a second to hash by GOST.
LARGEST_BYTES = 512 << 10
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Shown:
    """A report in the reader's language."""

    verdict: str
    sentence: str
    steps: list["Line"]
    demo: str


@dataclass(frozen=True)
class Line:
    """``name``: the file at fault. ``why``: why it does not hold, or what else is to say."""

    outcome: str
    check: str
    name: str
    why: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify_page(request: HttpRequest) -> HttpResponse:
    """A link may bring a code along (``?code=``), which waits in its field: a POST checks, and is counted."""
    if request.method != "POST":
        return _page(request, {"code": request.GET.get("code", "")})
    code = request.POST.get("code", "").strip()
    if not ratelimit.consume(request, action="verify"):
        return _page(
            request, {"code": code, "error": _("Too many checks from here. Wait a minute.")}, status=429
        )
    try:
        data = _by_code(code) if "code" in request.POST else _uploaded(request)
    except (BadUpload, NoReceipt) as error:
        return _page(request, {"code": code, "error": str(error)}, status=400)
    report, language = check(data, anchors=known_anchors(), log_keys=public_keys()), get_language() or "kk"
    known = facts(report, language, is_own="code" in request.POST)
    return _page(request, {"code": code, "shown": shown(report, language), "facts": known})


class BadUpload(Exception):
    """What was given is no receipt; a sentence for the reader."""


def _uploaded(request: HttpRequest) -> bytes:
    """The file's bytes. Raises BadUpload."""
    file = request.FILES.get("receipt")
    if not isinstance(file, UploadedFile) or not file.size:
        raise BadUpload(_("Choose the file receipt.zip first."))
    return _within_limits(file.read(LARGEST_BYTES + 1))


def _within_limits(data: bytes) -> bytes:
    if len(data) > LARGEST_BYTES:
        raise BadUpload(
            _(
                "The receipt is too large for this page; most have 30 KB. The command “geoportal verify” "
                "takes it."
            )
        )
    return data


def _by_code(code: str) -> bytes:
    """The receipt of the submission that goes by this code. Raises BadUpload, NoReceipt."""
    wanted = _wanted(code.lower())
    submission = wanted and Submission.objects.select_related("signature").filter(wanted).first()
    if not submission:
        raise BadUpload(_("No submission of this portal has this code."))
    return _within_limits(make(submission=submission))


def _wanted(code: str) -> Q | None:
    """The number of the submission, or the SHA-256 of its text or of its signature."""
    if SHA256.fullmatch(code):
        return Q(content_sha256=code) | Q(signature__signature_sha256=code)
    try:
        return Q(pk=UUID(code))
    except ValueError:
        return None


def shown(report: Report, language: str) -> Shown:
    is_demo = report.facts is not None and report.facts.is_demo
    return Shown(
        verdict=report.verdict.value,
        sentence=said(VERDICTS[report.verdict], language),
        steps=[_step(step, language) for step in report.steps],
        demo=said(DEMO, language) if is_demo else "",
    )


def _step(step: Step, language: str) -> Line:
    why = reason(step.code, language) if step.code else ""
    return Line(step.outcome.value, said(CHECKS[step.check], language), step.name, why)


def facts(report: Report, language: str, *, is_own: bool) -> dict[str, Any] | None:
    """What a receipt says that holds; nothing of one that does not, nor of a record that neither the log
    proves nor the portal took from its own database (``is_own``): a refused one is easily written anew as
    accepted.
    """
    is_proven = is_own or any(step.check == "log" and step.outcome == Outcome.HOLDS for step in report.steps)
    if report.facts is None or report.verdict == Verdict.INVALID or not is_proven:
        return None
    found = asdict(report.facts)
    states = dict(State.choices)
    return found | {
        "state": states.get(report.facts.state, report.facts.state),
        "refusal": reason(report.facts.refusal, language) if report.facts.refusal else "",
        "algorithm": algorithm_name(report.facts.algorithm),
    }


def _page(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, "geoportal/verify.html", context, status=status)
