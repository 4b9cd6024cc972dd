"""The taxonomy of the portal: ``layers/data/categories.csv``, two levels, in three languages.

Built from what people really report in Kazakhstan (the subjects that the hotline iKOMEK 109 publishes). Codes
are promises: addresses, mappings of files and other portals name them.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from django.db import transaction

from layers.models import Category

TEXTS = ("name_kk", "name_ru", "name_en")


@dataclass(frozen=True)
class Outcome:
    """``kept``: codes that the database has and the taxonomy no longer has, or never had."""

    inserted: int
    updated: int
    unchanged: int
    kept: tuple[str, ...]


@cache
def taxonomy() -> tuple[dict[str, str], ...]:
    """The rows of the file, each parent before its children. ``position`` orders parents before children."""
    text = files("layers").joinpath("data", "categories.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@transaction.atomic
def load_categories() -> Outcome:
    """Bring the categories to what the taxonomy says. A second time changes nothing.

    Nothing is ever deleted: a code may be in somebody's mapping or address, and others than the taxonomy's
    may have been added to this portal. They are named, for whoever wants to remove them.
    """
    known = {category.code: category for category in Category.objects.select_for_update()}
    new = []
    updated = unchanged = 0
    for row in taxonomy():
        wanted = {
            "parent_id": row["parent"] or None,
            "position": int(row["position"]),
            **{name: row[name] for name in TEXTS},
        }
        category = known.pop(row["code"], None)
        if category is None:
            new.append(Category(code=row["code"], **wanted))
        elif any(getattr(category, name) != value for name, value in wanted.items()):
            Category.objects.filter(pk=category.pk).update(**wanted)
            updated += 1
        else:
            unchanged += 1
    Category.objects.bulk_create(new)
    return Outcome(len(new), updated, unchanged, tuple(sorted(known)))
