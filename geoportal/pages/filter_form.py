"""The filters of a list as a form that works without JavaScript.

A browser sends one value for each field, the shared filters have one ``region`` for both levels: the form's
own ``oblast`` and ``rayon`` become it by a redirect (``tidy_address``), which also drops empty fields.
"""

import re
from dataclasses import dataclass, field

from django.conf import settings
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from layers.catalogue import Collection
from layers.facets import Facets
from layers.models import Category
from layers.statuses import PRIVATE_STATUSES, STATUSES, Group, Status
from regions.boundaries import generation_at
from regions.models import LEVEL_OBLAST, Jurisdiction, Region

FORM_ONLY = ("oblast", "rayon")
PASSED_ON = ("bbox", "at")
# Of social networks, messengers and search engines.
TRACKING = re.compile(r"utm_\w+|fbclid|gclid|yclid|igshid|_openstat")


@dataclass(frozen=True)
class Option:
    """``count``: how many choosing it would show; None where that is not counted."""

    value: str
    title: str
    is_selected: bool = False
    count: int | None = None


@dataclass
class OptionGroup:
    title: str
    options: list[Option] = field(default_factory=list)


@dataclass(frozen=True)
class FilterForm:
    """What the template draws. ``passed_on`` are filters that have no field: kept, told of, and removable."""

    any_category: Option
    any_status: Option
    oblasts: list[OptionGroup]
    rayons: list[Option]
    categories: list[OptionGroup]
    statuses: list[OptionGroup]
    values: dict[str, str]
    passed_on: dict[str, str]
    is_filtered: bool


def tidy_address(params: QueryDict) -> str | None:
    """The query with ``region`` for the form's own fields, without empty ones and without what other sites
    hang on links to follow people; None when already tidy.
    """
    if not any(name in FORM_ONLY or TRACKING.fullmatch(name) for name in params):
        return None
    tidy = QueryDict(mutable=True)
    for name, values in params.lists():
        if name not in FORM_ONLY and not TRACKING.fullmatch(name):
            tidy.setlist(name, [value for value in values if value.strip()])
    if region := _region_of(params.get("oblast", ""), params.get("rayon", "")):
        tidy["region"] = region
    return tidy.urlencode(safe=",")


def _region_of(oblast: str, rayon: str) -> str:
    """The rayon when it lies in the oblast; a rayon left over from an oblast chosen before gives way."""
    if not rayon or "\x00" in rayon:
        return oblast
    generation = generation_at(settings.DEFAULT_JURISDICTION)
    parent = (
        Region.objects.filter(generation=generation, code=rayon)
        .values_list("parent__code", flat=True)
        .first()
    )
    return rayon if parent and parent == oblast else oblast


def filter_form(collection: Collection, params: QueryDict, counts: Facets | None) -> FilterForm:
    """``counts`` are those of the filters in ``params``; None when these cannot be used."""
    values = {
        name: params.get(name, "").strip() for name in ("region", "category", "status", "from", "to", "q")
    }
    passed_on = {name: value for name in PASSED_ON if (value := params.get(name, "").strip())}
    regions = list(
        Region.objects.filter(generation=generation_at(settings.DEFAULT_JURISDICTION))
        .select_related("parent")
        .defer("geom", "parent__geom")
    )
    chosen = next((region for region in regions if region.code == values["region"]), None)
    oblast = (chosen.parent or chosen) if chosen else None
    return FilterForm(
        any_category=Option(
            "", _("All categories"), count=sum(counts.categories.values()) if counts else None
        ),
        any_status=Option("", _("All statuses"), count=sum(counts.statuses.values()) if counts else None),
        oblasts=_oblasts(regions, oblast.code if oblast else values["region"], counts),
        rayons=_rayons(regions, oblast, values["region"], counts),
        categories=_categories(values["category"], counts),
        statuses=_statuses(collection, values["status"], counts),
        values=values,
        passed_on=passed_on,
        is_filtered=any(values.values()) or bool(passed_on),
    )


def _oblasts(regions: list[Region], selected: str, counts: Facets | None) -> list[OptionGroup]:
    oblasts = sorted((r for r in regions if r.level == LEVEL_OBLAST), key=lambda r: r.name)
    groups = [OptionGroup("", [_region(each, selected, counts) for each in oblasts])]
    others = Jurisdiction.objects.exclude(pk=settings.DEFAULT_JURISDICTION).defer("outline").order_by("pk")
    foreign = [Option(j.code, j.name, j.code == selected) for j in others]
    if foreign:
        groups.append(OptionGroup(_("Elsewhere"), foreign))
    return _with_given(groups, selected)


def _rayons(
    regions: list[Region], oblast: Region | None, selected: str, counts: Facets | None
) -> list[Option]:
    if oblast is None:
        return []
    inside = [r for r in regions if r.parent and r.parent.code == oblast.code]
    return [_region(each, selected, counts) for each in sorted(inside, key=lambda r: r.name)]


def _region(region: Region, selected: str, counts: Facets | None) -> Option:
    count = counts.regions.get(region.code, 0) if counts else None
    return Option(region.code, region.name, region.code == selected, count)


def _categories(selected: str, counts: Facets | None) -> list[OptionGroup]:
    """A parent heads its group and stands in it too: choosing it means all of its children."""
    groups: dict[str, OptionGroup] = {}
    rows = list(Category.objects.order_by("position", "code"))
    for parent in (row for row in rows if row.parent_id is None):
        family = [row.code for row in rows if parent.code in (row.code, row.parent_id)]
        title = _("%(category)s: all") % {"category": parent.name}
        count = sum(counts.categories.get(code, 0) for code in family) if counts else None
        whole = Option(parent.code, title, parent.code == selected, count)
        groups[parent.code] = OptionGroup(parent.name, [whole])
    for child in rows:
        if child.parent_id is not None:
            count = counts.categories.get(child.code, 0) if counts else None
            option = Option(child.code, child.name, child.code == selected, count)
            groups[child.parent_id].options.append(option)
    return _with_given(list(groups.values()), selected)


def _statuses(collection: Collection, selected: str, counts: Facets | None) -> list[OptionGroup]:
    if collection.kind is None:
        return []
    public = [s for s in STATUSES[collection.kind] if s.code not in PRIVATE_STATUSES]
    whole = [
        Option(group.value, capfirst(str(group.label)), group.value == selected, _sum(inside, counts))
        for group in Group
        if (inside := [status for status in public if status.group == group])
    ]
    # "declined" and "duplicate" name a group that holds just the status of that name.
    single = [s for s in public if s.code not in Group.values]
    options = [Option(s.code, capfirst(str(s.title)), s.code == selected, _sum([s], counts)) for s in single]
    return _with_given([OptionGroup("", whole), OptionGroup(_("One status"), options)], selected)


def _sum(statuses: list[Status], counts: Facets | None) -> int | None:
    return sum(counts.statuses.get(status.code, 0) for status in statuses) if counts else None


def _with_given(groups: list[OptionGroup], selected: str) -> list[OptionGroup]:
    """An address may name several values, or a wrong one: the field shows what was asked, and keeps it."""
    known = {option.value for group in groups for option in group.options}
    if selected and selected not in known:
        return [OptionGroup("", [Option(selected, selected, True)]), *groups]
    return groups
