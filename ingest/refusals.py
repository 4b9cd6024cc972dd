"""Why a submission was refused after it had been taken in, for the person who sent it."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ingest.eds.refusals import SENTENCES, sentence
from ingest.models import LANGUAGES, Submission

# The person left the portal before the answer came.
WITHDRAWN = "withdrawn"

OWN: dict[str, Any] = {
    WITHDRAWN: _("Its author left the portal before it was known whether the certificate is valid."),
    "identity_taken": _("The key belongs to another account of the portal."),
    "cannot_revise": _("Meanwhile the report had been changed, or taken up by the akimat."),
}


def reason_of(submission: Submission) -> str:
    """A sentence in the reader's language; empty for a submission that is not refused."""
    code = submission.refusal
    if code in SENTENCES:
        language = get_language() or "kk"
        return sentence(code, language if language in LANGUAGES else "kk")
    return str(OWN[code]) if code else ""
