"""What an audit of the database finds, in the operator's language: one line for each."""

from django.utils.translation import gettext_lazy as _

from geoportal.lib.printable import printable
from geoportal.log.audit import Fault, Finding

FAULTS = {
    Fault.EDITED: _("edited: it is not as it was logged"),
    Fault.DELETED: _("deleted: it was logged, and is not there"),
    Fault.UNLOGGED: _("put in past the log: it has no entry"),
    Fault.MISSING_SALT: _("the salt of its entry was taken away without an entry that says so"),
    Fault.UNKNOWN_EVENT: _("of an event that this version does not know"),
    Fault.NOT_AS_SIGNED: _("not what its author signed"),
    Fault.BACK_DATED: _("back-dated: it says an earlier time than the entries before it"),
    Fault.AHEAD_OF_TIME: _("says a time that had not come when it was signed"),
    Fault.ALTERED_ENTRY: _("altered: it cannot be read as an entry"),
    Fault.MISSING_ENTRY: _("missing: an entry that was there is gone"),
    Fault.MISSING_OPENING: _("nobody knows any more which row it is about"),
    Fault.WRONG_OPENING: _("said to be about another row than it is"),
    Fault.ALTERED_TILE: _("altered: its hashes are not those of the entries"),
    Fault.MISSING_TILE: _("missing: it was complete, and is gone"),
    Fault.FORKED_HEAD: _("forked: the entries do not give the root that was signed"),
    Fault.UNSIGNED_HEAD: _("not signed by a key of the log"),
    Fault.HEAD_BEYOND_TREE: _("signed for more entries than there are"),
}
TILES = {Fault.ALTERED_TILE, Fault.MISSING_TILE}
HEADS = {Fault.FORKED_HEAD, Fault.UNSIGNED_HEAD, Fault.HEAD_BEYOND_TREE}


def line(finding: Finding) -> str:
    """``edited ingest.submission 0198…: edited: it is not as it was logged (entry 17)``"""
    # Out of the database that is being audited: whoever edited it wrote these too.
    about = printable(f"{finding.model} {finding.key}".strip(), most=210)
    place = "" if finding.index is None else _place(finding.fault) % {"index": f"{finding.index:,}"}
    if about and place:
        about = f"{about} ({place})"
    detail = f" [{printable(finding.detail, most=300)}]" if finding.detail else ""
    return f"{finding.fault}: {about or place}: {FAULTS[finding.fault]}{detail}"


def _place(fault: Fault) -> str:
    if fault in HEADS:
        return str(_("head of %(index)s entries"))
    return str(_("tile %(index)s") if fault in TILES else _("entry %(index)s"))
