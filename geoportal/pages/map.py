"""``/``: the interactive map."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from geoportal.map_config import map_config
from layers.statuses import Group


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    config = map_config()
    context = {
        "config": config,
        "categories": _in_two_levels(config["categories"]),
        "statuses": _single_statuses(config["layers"]),
    }
    return render(request, "geoportal/map.html", context)


def _in_two_levels(categories: list[dict[str, Any]]) -> list[dict[str, Any]]:
    children: dict[str | None, list[dict[str, Any]]] = {}
    for category in categories:
        children.setdefault(category["parent"], []).append(category)
    return [parent | {"children": children.get(parent["code"], [])} for parent in children.get(None, [])]


def _single_statuses(layers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Per kind the statuses of its own; a code that is also a group's is offered as the group."""
    return [
        {
            "title": layer["title"],
            "statuses": [status for status in layer["statuses"] if status["code"] not in Group.values],
        }
        for layer in layers
    ]
