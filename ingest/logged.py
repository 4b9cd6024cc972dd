"""What the public log says of submissions (geoportal/log): hashes and what never changes, nobody's name."""

import hashlib
from collections.abc import Callable, Mapping

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from geoportal.log.canonical import JSON, utc_text
from geoportal.log.registry import logged
from ingest.models import State, Submission

# What ``decided`` and ``taken_in`` read.
READ = (
    *("type", "revision", "content", "content_sha256", "attachments", "received_at"),
    *("state", "refusal", "feature_id", "decided_at"),
    *(
        f"signature__{name}"
        for name in (
            *("cms", "signature_sha256", "algorithm", "certificate_sha256", "reference_time", "is_demo"),
            "submission",
        )
    ),
)


def register() -> None:
    for event, content, state, title in (
        ("submission.pending", taken_in, State.PENDING, _("A submission came and is being checked")),
        ("submission.accepted", decided, State.ACCEPTED, _("A submission was accepted")),
        ("submission.refused", decided, State.REFUSED, _("A submission was refused")),
    ):
        logged(event=event, model=Submission, content=content, public=openly, rows=_in(state), title=title)


def taken_in(submission: Submission) -> Mapping[str, JSON]:
    """The hashes are those of the bytes themselves: an edit shows even if its hash was edited with it."""
    signature = submission.signature
    return {
        "id": str(submission.pk),
        "type": submission.type,
        "revision": submission.revision,
        "content_sha256": _sha256(submission.content, submission.content_sha256),
        "attachments": list(submission.attachments),
        "received_at": utc_text(submission.received_at),
        "signature_sha256": _sha256(signature.cms, signature.signature_sha256),
        "algorithm": signature.algorithm,
        "certificate_sha256": signature.certificate_sha256,
        "reference_time": utc_text(signature.reference_time),
        "is_demo": signature.is_demo,
    }


def decided(submission: Submission) -> Mapping[str, JSON]:
    return {
        **taken_in(submission),
        "state": str(submission.state),
        "refusal": submission.refusal,
        "feature": submission.feature_id,
        "decided_at": utc_text(submission.decided_at) if submission.decided_at else None,
    }


def openly(submission: Submission) -> Mapping[str, JSON]:
    return {"type": submission.type}


def _in(state: State) -> Callable[[QuerySet[Submission]], QuerySet[Submission]]:
    """Without paths, answers and lists, which an audit would carry through memory for nothing."""
    return lambda rows: rows.filter(state=state).select_related("signature").only(*READ)


def _sha256(data: bytes | memoryview | None, known: str) -> str:
    """``known`` where the bytes were erased: the salt went with them, and nobody can compare any more."""
    return known if data is None else hashlib.sha256(data).hexdigest()
