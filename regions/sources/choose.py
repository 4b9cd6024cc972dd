"""Which source of boundaries to read: the one named, else the best that can be had."""

from pathlib import Path

from django.utils.translation import gettext as _

from regions.download import DownloadFailed
from regions.sources import amcharts, file, geokz
from regions.sources.source import BoundarySource, SourceUnavailable, SourceUnusable


def boundaries(
    named: str | None, *, vintage: str, mapping: Path | None, amcharts_file: Path
) -> BoundarySource:
    """``geokz``, ``amcharts``, or a path or address with its mapping; None: geokz, else amcharts.

    Raises SourceUnavailable, SourceUnusable or DownloadFailed, naming the cause.
    """
    match named:
        case "geokz":
            return geokz.read(vintage)
        case "amcharts":
            return amcharts.read(amcharts_file)
        case None:
            return _best(vintage, amcharts_file)
    if mapping is None:
        raise SourceUnusable(_("a file of boundaries needs --mapping (docs/regions.md)"))
    return file.read(named, mapping)


def _best(vintage: str, amcharts_file: Path) -> BoundarySource:
    try:
        return geokz.read(vintage)
    except (SourceUnavailable, DownloadFailed) as first:
        if vintage not in geokz.VINTAGES or geokz.VINTAGES[vintage][1]:
            raise
        try:
            return amcharts.read(amcharts_file)
        except SourceUnavailable as second:
            raise SourceUnavailable(
                _("no boundaries can be had: %(first)s; %(second)s") % {"first": first, "second": second}
            ) from second
