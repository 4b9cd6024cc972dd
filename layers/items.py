"""One public row by its number: whatever its jurisdiction is, and whichever boundaries it belongs to."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from layers.catalogue import Collection
from layers.models import Feature
from layers.rows import NotThere
from regions.models import Region, Settlement

REFERENCE = {"regions": Region, "settlements": Settlement}


def public_rows(collection: Collection) -> QuerySet[Any, Any]:
    """Every row of the collection that may be shown."""
    if collection.kind:
        return Feature.objects.of_kind(collection.kind).public()
    return REFERENCE[collection.name]._default_manager.all()


def item_rows(collection: Collection, number: int) -> QuerySet[Any, Any]:
    """The one row with this number, as a queryset; a number beyond bigint matches nothing."""
    return public_rows(collection).filter(pk=number)


def not_there() -> NotThere:
    return NotThere(_("There is nothing at this address."))
