"""The tables of the log. Entries, tiles, heads and keys are only ever added to: triggers refuse all else
(geoportal/log/sql/append_only.sql).
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

from geoportal.log.entry import MOST_BYTES, SALT_BYTES

HASH_BYTES = 32
TILE_BYTES = 256 * HASH_BYTES

models.BinaryField.register_lookup(Length)


def _of_length(column: str, bytes_: int) -> Q:
    return Q(**{f"{column}__length": bytes_})


class Pending(models.Model):
    """The outbox: what has happened and has no place in the tree yet."""

    event = models.CharField(max_length=100)
    object = models.UUIDField()
    entry = models.BinaryField()
    # The row it is about, both empty in the log's own entries.
    model = models.CharField(max_length=100, blank=True)
    key = models.CharField(max_length=100, blank=True)
    # None: there is nothing to open, or the person is erased.
    salt = models.BinaryField(null=True)

    class Meta:
        indexes = [models.Index(fields=["model", "key"], name="log_pending_row")]
        constraints = [
            models.CheckConstraint(
                condition=Q(entry__length__gt=0, entry__length__lte=MOST_BYTES),
                name="log_pending_entry_length",
            ),
            models.CheckConstraint(
                condition=Q(salt=None) | _of_length("salt", SALT_BYTES), name="log_pending_salt_length"
            ),
        ]


class Entry(models.Model):
    """A leaf: the bytes that are hashed, at their place (from 0, without gaps)."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(index__gte=0), name="log_entry_index"),
            models.CheckConstraint(
                condition=Q(entry__length__gt=0, entry__length__lte=MOST_BYTES), name="log_entry_length"
            ),
        ]


class Opening(models.Model):
    """Which row an entry is about, and what opens its commitment. Never public; the salt goes on erasure."""

    leaf = models.OneToOneField(Entry, models.PROTECT, primary_key=True, db_column="index")
    event = models.CharField(max_length=100)
    object = models.UUIDField()
    model = models.CharField(max_length=100)
    key = models.CharField(max_length=100)
    salt = models.BinaryField(null=True)

    class Meta:
        indexes = [models.Index(fields=["model", "key"], name="log_opening_row")]
        constraints = [
            models.CheckConstraint(
                condition=Q(salt=None) | _of_length("salt", SALT_BYTES), name="log_opening_salt_length"
            )
        ]


class Tile(models.Model):
    """256 hashes side by side, once all are there, and the hash of the subtree above them (C2SP tlog-tiles).

    What is not complete yet is made from entries and from the roots of the level below.
    """

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()
    root = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(level__gte=0, level__lte=7, index__gte=0), name="log_tile_place"
            ),
            models.CheckConstraint(
                condition=_of_length("hashes", TILE_BYTES) & _of_length("root", HASH_BYTES),
                name="log_tile_lengths",
            ),
        ]


class Head(models.Model):
    """A size of the tree that was signed: what ``/log/checkpoint`` shows is the last."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    # The signed note, as it is served.
    checkpoint = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gte=0) & _of_length("root", HASH_BYTES), name="log_head_lengths"
            )
        ]


class SigningKey(models.Model):
    """A public key that has signed heads. The private ones are files (geoportal/log/keys.py)."""

    # The key in the form of signed notes, "origin+id+base64": what an outsider is given.
    verifier = models.TextField(unique=True)
    # The entry that put it into office; None: the first key.
    entry = models.OneToOneField(Entry, models.PROTECT, null=True)
