"""A new key takes office, or a log that cannot go on begins anew under another name."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from geoportal.log.append import append_own
from geoportal.log.canonical import JSON
from geoportal.log.high_water import HighWater, head_of
from geoportal.log.keys import KeyFolder
from geoportal.log.models import Head, Pending, SigningKey
from geoportal.log.note import Checkpoint, Signer, Verifier, sign
from geoportal.log.offices import RESTARTED, ROTATED, keys_of
from geoportal.log.refusals import LogRefused


def rotate(*, at: datetime) -> Verifier:
    """Make a new key and announce it in the log; it takes office with the entry.

    The head that first covers the entry is signed by both. Raises LogRefused when the log has no key yet, the
    one in office is not at hand, or another change of office still waits.
    """
    folder = KeyFolder(settings.LOG_KEY_DIR, settings.LOG_ORIGIN)
    with transaction.atomic():
        keys = keys_of(settings.LOG_ORIGIN)
        if not keys:
            raise LogRefused(_("The log has no key yet: the worker makes its first head."), code="no_key")
        if Pending.objects.filter(event=ROTATED).exists():
            raise LogRefused(_("A change of key waits already for its place in the log."))
        old = folder.signer_of(Verifier.parse(keys[-1].verifier)).verifier
        new = folder.make().verifier
        append_own(event=ROTATED, at=at, public={"from": str(old), "to": str(new)})
    return new


def restart(*, reason: str, at: datetime) -> Path:
    """Go on under the name that LOG_ORIGIN has now, from the head that the database has; where the old name's
    last head was put.

    For a database that lost entries which were signed, or a log that lost its key. The key in office stays,
    if it is there, and signs a statement of what was lost as the next entry; else the one that the operator
    has made. Raises LogRefused when there is nothing to settle, or the name was used before.
    """
    folder, water = KeyFolder(settings.LOG_KEY_DIR, settings.LOG_ORIGIN), HighWater(settings.LOG_KEY_DIR)
    head = Head.objects.order_by("-size").first()
    last_key = SigningKey.objects.order_by("-pk").first()
    # Who lost the folder with the key has lost the note in it too.
    note = water.note() or (head.checkpoint if head else None)
    if note is None or head is None or last_key is None:
        raise _nothing_to_restart()
    _require_new_name(water)
    noted = head_of(note)
    signer = _signer(folder, Verifier.parse(last_key.verifier))
    statement: dict[str, JSON] = {
        "previous_origin": noted.origin,
        "signed_size": noted.size,
        "signed_root": noted.root.hex(),
        "kept_size": head.size,
        "kept_root": bytes(head.root).hex(),
        "reason": reason,
    }
    with transaction.atomic():
        SigningKey.objects.get_or_create(verifier=str(signer.verifier))
        append_own(event=RESTARTED, at=at, public=statement)
    kept = water.put_aside(note)
    begun = Checkpoint(settings.LOG_ORIGIN, head.size, bytes(head.root))
    water.write(sign(begun.text, [signer]))
    return kept


def _require_new_name(water: HighWater) -> None:
    """A name that has signed heads would sign others of the same sizes: a fork."""
    begun = f"{settings.LOG_ORIGIN}\n"
    is_used = Head.objects.filter(checkpoint__startswith=begun).exists()
    if is_used or any(note.startswith(begun) for note in water.all_notes()):
        raise _nothing_to_restart()


def _nothing_to_restart() -> LogRefused:
    return LogRefused(
        _("There is no log of another name to follow: give LOG_ORIGIN a new name first."),
        code="nothing_to_restart",
    )


def _signer(folder: KeyFolder, last: Verifier) -> Signer:
    try:
        return folder.signer_of(last)
    except LogRefused:
        return folder.only(may_make=False)
