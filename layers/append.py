"""Features that are all new, straight into the table: COPY without staging, comparison or lookup of regions.

For the demonstration country in its millions, whose maker knows the regions and that nothing is there yet.
What comes from outside, or may be there already, goes through layers.bulk.
"""

from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from geoportal.lib.sql import statement
from layers.models import Feature

NULL = r"\N"
# What COPY's text format would read as something else, and how it is written there.
SPECIAL = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def any_there(source: str, source_ids: Sequence[str]) -> bool:
    """Whether the source has one of these features already."""
    return Feature.objects.filter(source=source, source_id__in=source_ids).exists()


def escaped(texts: list[str]) -> list[str]:
    """As COPY reads them. Nearly always there is nothing to escape, which one look at all of them tells."""
    all_of_them = "".join(texts)
    if not any(character in all_of_them for character in "\\\t\n\r"):
        return texts
    return [text.translate(SPECIAL) for text in texts]


def append_features(columns: Iterable[Iterable[str]]) -> int:
    """Writes rows, given as the columns of layers/sql/append_copy.sql, in one transaction; gives back how
    many.

    Values are as COPY reads them: NULL, and ``escaped``. Constraints and triggers hold as for any insert; an
    IntegrityError means that nothing was written. The disk is not waited for: a server that breaks down may
    lose the last batches as a whole, which the next run writes again.
    """
    lines = list(map("\t".join, zip(*columns, strict=True)))
    lines.append("")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        with cursor.copy(statement("layers", "append_copy")) as copy:
            copy.write("\n".join(lines))
        return int(cursor.rowcount)
