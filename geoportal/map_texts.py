"""Every word that the map's modules show, in the reader's language: scripts hold no text of their own.

Words in braces are filled in by the script.
"""

from typing import Any

from django.utils.dates import MONTHS, MONTHS_ALT
from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def map_texts() -> dict[str, str]:
    return {
        # Counts
        "shown": _("{count} of {total} shown"),
        "shown_all": _("{count} in all"),
        "counting": _("Counting …"),
        "uncounted": _("The numbers could not be loaded."),
        "bar": pgettext("a month and how many arrived in it", "{period}: {count}"),
        "bars": pgettext("the first and the last month of a period", "{first} – {last}"),
        # Filters and their chips
        "whole_country": _("The whole country"),
        "whole_region": _("The whole region"),
        "remove_filter": _("Remove the filter “{name}”"),
        "from_day": _("from {day}"),
        "to_day": _("to {day}"),
        "words": _("“{words}”"),
        "several": _("several: {names}"),
        "boundaries_of": _("boundaries of {day}"),
        # Search
        "search_none": _("Nothing found for “{words}”."),
        "search_failed": _("Search is not answering. Try again."),
        "search_results": _("{count} found"),
        "search_words": _("Filter the map by “{words}”"),
        "search_by_words": _("words in reports"),
        # The card
        "loading": _("Loading …"),
        "details": _("Open its page"),
        "back": _("Back"),
        "zoom_to": _("Show on the map"),
        "received": _("Received"),
        "answered": _("First response"),
        "due": _("Due"),
        "resolved": _("Resolved"),
        "closed": _("Closed"),
        "place": _("Place"),
        "category": _("Category"),
        "demo": _("Demonstration data"),
        "number": _("№ {id}"),
        "several_here": _("{count} here"),
        "all_in_list": _("All of them as a list"),
        "gone": _("This record is no longer public."),
        "card_failed": _("The record could not be loaded."),
        "feature_on_map": _("{kind}: {title}"),
        # Legend
        "legend_many": _("several nearby"),
        # What can go wrong
        "empty": _("Nothing matches these filters."),
        "empty_layers": _("No layer is chosen."),
        "reset": _("Clear filters"),
        "tiles_failed": _("Part of the map could not be loaded."),
        "offline": _("There is no connection. What was loaded stays on the map."),
        "retry": _("Try again"),
        "bad_address": _("A filter in the address of this page cannot be used."),
        "no_webgl": _(
            "This browser cannot draw the map (WebGL is off). Everything on it is also in the lists."
        ),
        "map_failed": _("The map could not be started. Everything on it is also in the lists."),
        "locate_failed": _("Your place could not be found."),
        "locate_denied": _("The browser was not allowed to tell your place."),
        "locate_outside": _("You seem to be outside the area of this map."),
        "dismiss": _("Close"),
        # The panel
        "sheet_low": _("Panel: lowered. Press to raise it."),
        "sheet_half": _("Panel: half open. Press to open it wholly."),
        "sheet_full": _("Panel: open. Press to lower it."),
        "hide_panel": _("Hide the panel"),
        "show_panel": _("Show the panel"),
        "thousand": pgettext("after a number, very short", "k"),
        "million": pgettext("after a number, very short", "M"),
    }


def library_texts() -> dict[str, str]:
    """The words of MapLibre's own controls, by the keys that it asks for."""
    return {
        "Map.Title": _("Map. Arrow keys move it, plus and minus zoom, Enter tells what is in the middle."),
        "AttributionControl.ToggleAttribution": _("Sources of the map"),
        "AttributionControl.MapFeedback": _("Report an error of the map"),
        "FullscreenControl.Enter": _("Full screen"),
        "FullscreenControl.Exit": _("Leave full screen"),
        "GeolocateControl.FindMyLocation": _("Where am I?"),
        "GeolocateControl.LocationNotAvailable": _("Your place cannot be found"),
        "LogoControl.Title": "MapLibre",
        "Marker.Title": _("Place on the map"),
        "NavigationControl.ResetBearing": _("Turn to the north"),
        "NavigationControl.ZoomIn": _("Zoom in"),
        "NavigationControl.ZoomOut": _("Zoom out"),
        "Popup.Close": _("Close"),
        "ScaleControl.Feet": _("ft"),
        "ScaleControl.Meters": _("m"),
        "ScaleControl.Kilometers": _("km"),
        "ScaleControl.Miles": _("mi"),
        "ScaleControl.NauticalMiles": _("nm"),
    }


def date_texts() -> dict[str, Any]:
    """How a day is written: browsers claim to know Kazakh and write "2026 M11 24" (seen in Chromium 156)."""
    return {
        "months": [str(MONTHS_ALT[number]) for number in range(1, 13)],
        "pattern": pgettext("a day for people", "{day} {month} {year}"),
        "month_names": [str(MONTHS[number]) for number in range(1, 13)],
        "month_pattern": pgettext("a month for people", "{month} {year}"),
    }
