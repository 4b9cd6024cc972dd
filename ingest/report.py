"""The closing report of a load, in the reader's language."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ingest.load import Report
from ingest.rejects import Reason


def lines(report: Report) -> Iterator[str]:
    load = report.load
    counts = [
        (_("read"), load.read),
        (_("inserted"), load.inserted),
        (_("updated"), load.updated),
        (_("unchanged"), load.unchanged),
        (_("rejected"), load.rejected),
    ]
    width = len(f"{load.read:,}")
    for name, count in counts:
        yield f"{count:>{width},} {name}"
    for code, count in sorted(load.reasons.items(), key=lambda item: -item[1]):
        yield f"  {count:>{width},} {code}: {Reason(code).label}"
    if load.rejected:
        yield _("The rejected rows are in %(path)s.") % {"path": report.rejects}
    for (lon, lat), count in report.piles:
        yield _(
            "%(count)s rows lie on exactly %(lon)s, %(lat)s: if that is a geocoder's default, name it in the "
            "mapping (placeholders = [[%(lon)s, %(lat)s]])."
        ) % {"count": f"{count:,}", "lon": lon, "lat": lat}
