"""Whether the map says what people signed: what the log alone cannot tell ``geoportal verify --database``.

The log commits to the signed bytes. What the map shows is made of them, in another table, and somebody may
have edited that one.
"""

from collections.abc import Iterator

from django.db.models import OuterRef, Subquery

from geoportal.log.audit import Fault, Finding
from geoportal.log.registry import label_of
from ingest.models import State, Submission
from ingest.report_problem import as_signed
from ingest.statement import NotAStatement, parse
from layers.models import Feature

FETCH = 2000


def altered_features() -> Iterator[Finding]:
    """Features whose words or place differ from the last revision that their author signed.

    Nothing is said of authors who have left: their bytes are erased. Only columns are named, not what is in
    them.
    """
    newest = Submission.objects.filter(feature=OuterRef("feature"), state=State.ACCEPTED).order_by(
        "-revision"
    )
    last = Submission.objects.filter(pk=Subquery(newest.values("pk")[:1]), content__isnull=False)
    for submission in last.select_related("feature").order_by("pk").iterator(chunk_size=FETCH):
        if submission.feature is None or submission.content is None:
            continue
        columns = _differing(submission.feature, bytes(submission.content))
        if columns:
            yield Finding(
                Fault.NOT_AS_SIGNED, label_of(Feature), str(submission.feature.pk), detail=", ".join(columns)
            )


def _differing(feature: Feature, content: bytes) -> list[str]:
    try:
        said = parse(content).fields
    except NotAStatement:
        # Bytes that were edited: the log's audit names the submission.
        return ["content"]
    shown = as_signed(feature)
    return [name for name in shown if not _says(said, name, shown[name])]


def _says(said: dict[str, str], name: str, shown: str) -> bool:
    """A category is signed with its name at that time; its code stands in brackets at the end."""
    return said[name].endswith(f"({shown})") if name == "category" else said[name] == shown
