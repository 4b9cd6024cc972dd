"""The way IN: what has been loaded, by whom, from which bytes; what people signed and sent."""

import uuid

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import CheckConstraint, F, Func, Q, UniqueConstraint, Value
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from geoportal.accounts.models import User
from layers.models import Feature
from layers.statuses import Kind
from regions.models import Jurisdiction

LANGUAGES = ("kk", "ru", "en")


class Load(models.Model):
    """One run of ``load_layer``. ``finished_at`` is None while it runs, and for ever when it was interrupted.

    Counts are rows of the file; ``reasons`` is rejected rows by reason code. A row of the file is inserted,
    updated, unchanged or rejected: the four add up to ``read``.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="loads")
    source = models.CharField(_("source"), max_length=50)
    file_name = models.CharField(_("file"), max_length=255)
    file_sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    mapping_sha256 = models.CharField(_("SHA-256 of the mapping"), max_length=64)
    loaded_by = models.CharField(_("account that ran the load"), max_length=100)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    read = models.PositiveBigIntegerField(_("read"), default=0)
    inserted = models.PositiveBigIntegerField(_("inserted"), default=0)
    updated = models.PositiveBigIntegerField(_("updated"), default=0)
    unchanged = models.PositiveBigIntegerField(_("unchanged"), default=0)
    rejected = models.PositiveBigIntegerField(_("rejected"), default=0)
    reasons = models.JSONField(_("rejected by reason"), default=dict)

    class Meta:
        verbose_name = _("load")
        verbose_name_plural = _("loads")
        constraints = [
            CheckConstraint(
                condition=Q(read=F("inserted") + F("updated") + F("unchanged") + F("rejected")),
                name="load_accounts_for_every_row",
            ),
            CheckConstraint(condition=Q(kind__in=Kind.values), name="load_kind_known"),
        ]
        indexes = [models.Index(fields=["source", "-started_at"], name="load_source")]

    def __str__(self) -> str:
        return f"{self.source} {self.started_at:%Y-%m-%d %H:%M}"


class RestingIndex(models.Model):
    """An index of the feature table that is laid aside for a large first fill (ingest/resting.py), and how it
    is made again. Between fills there is none.
    """

    name = models.CharField(_("name"), max_length=63, primary_key=True)
    definition = models.TextField(_("how it is made"))

    class Meta:
        verbose_name = _("index laid aside")
        verbose_name_plural = _("indexes laid aside")

    def __str__(self) -> str:
        return self.name


def is_hash_of(column: str, hash_column: str) -> Q:
    """``hash_column`` is the SHA-256 of ``column`` in hexadecimal, or ``column`` is gone."""
    digest = Func(F(column), function="sha256", output_field=models.BinaryField())
    text = Func(digest, Value("hex"), function="encode", output_field=models.CharField())
    return Q(**{f"{column}__isnull": True}) | Q(Exact(text, F(hash_column)))


# Requests that nobody signed, and those that only signed somebody in.
PASSING = Q(consumed_at__isnull=True) | Q(type="login")


class SigningRequest(models.Model):
    """A text that the portal asks one person to sign, once. ``content`` is the exact text, in UTF-8.

    A login belongs to a browser (``browser``: SHA-256 of a secret in its session), everything else to a user.
    ``payload`` is what becomes the record (ingest/acts.py says which keys each type has).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    type = models.CharField(_("type"), max_length=40)
    user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="signing_requests", db_index=False
    )
    browser = models.CharField(_("SHA-256 of the browser's secret"), max_length=64, blank=True, default="")
    nonce = models.CharField(_("nonce"), max_length=32, unique=True)
    content = models.BinaryField(_("text to sign"), null=True)
    content_sha256 = models.CharField(_("SHA-256 of the text"), max_length=64)
    payload = models.JSONField(_("what becomes the record"), default=dict)
    language = models.CharField(_("language"), max_length=2)
    issued_at = models.DateTimeField(_("issued"))
    expires_at = models.DateTimeField(_("expires"))
    consumed_at = models.DateTimeField(_("consumed"), null=True, blank=True)

    class Meta:
        verbose_name = _("signing request")
        verbose_name_plural = _("signing requests")
        constraints = [
            CheckConstraint(condition=Q(language__in=LANGUAGES), name="signing_request_language_known"),
            CheckConstraint(condition=is_hash_of("content", "content_sha256"), name="signing_request_hash"),
            CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="signing_request_expires_later"),
            CheckConstraint(
                condition=Q(consumed_at__isnull=True)
                | Q(consumed_at__gte=F("issued_at"), consumed_at__lte=F("expires_at")),
                name="signing_request_consumed_in_time",
            ),
            # A login is a browser's, the rest a person's; none of either is left of somebody who has left.
            CheckConstraint(
                condition=Q(type="login", user__isnull=True) & ~Q(browser="")
                | ~Q(type="login") & (Q(user__isnull=False) | Q(content__isnull=True)),
                name="signing_request_has_an_owner",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-issued_at"], name="signing_request_user"),
            models.Index(fields=["browser", "-issued_at"], name="signing_request_browser"),
            # Of those that go in the end: what became a submission stays, and would be most of it.
            models.Index(fields=["expires_at"], name="signing_request_passing", condition=PASSING),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"


class State(models.TextChoices):
    """``pending``: not known yet whether the certificate is revoked; until then nothing is on the map."""

    PENDING = "pending", pgettext_lazy("state of a submission", "being checked")
    ACCEPTED = "accepted", pgettext_lazy("state of a submission", "accepted")
    REFUSED = "refused", pgettext_lazy("state of a submission", "refused")


class Submission(models.Model):
    """What a person signed and sent: the bytes as they were signed, never written again.

    ``revision`` counts the signed versions of one feature, from 1. ``refusal`` is the machine-readable code
    of a refusal. Triggers keep all of it as it is (ingest/sql/submission_guards.sql), but for a person who
    leaves: the bytes go, the hashes stay.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.OneToOneField(SigningRequest, models.PROTECT, related_name="submission")
    type = models.CharField(_("type"), max_length=40)
    user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="submissions", db_index=False
    )
    feature = models.ForeignKey(Feature, models.PROTECT, null=True, blank=True, related_name="submissions")
    revision = models.PositiveIntegerField(_("revision"))
    content = models.BinaryField(_("signed text"), null=True)
    content_sha256 = models.CharField(_("SHA-256 of the signed text"), max_length=64)
    attachments = ArrayField(
        models.CharField(max_length=64), verbose_name=_("SHA-256 of attachments"), default=list, blank=True
    )
    received_at = models.DateTimeField(_("received"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    refusal = models.CharField(_("code of the refusal"), max_length=60, blank=True, default="")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [
            CheckConstraint(condition=is_hash_of("content", "content_sha256"), name="submission_hash"),
            CheckConstraint(condition=Q(state__in=State.values), name="submission_state_known"),
            CheckConstraint(condition=Q(revision__gte=1), name="submission_revision_from_one"),
            CheckConstraint(
                condition=Q(state=State.REFUSED) & ~Q(refusal="") | ~Q(state=State.REFUSED) & Q(refusal=""),
                name="submission_refused_with_a_code",
            ),
            CheckConstraint(
                condition=Q(state=State.PENDING, decided_at__isnull=True)
                | ~Q(state=State.PENDING) & Q(decided_at__isnull=False, decided_at__gte=F("received_at")),
                name="submission_decided_after_received",
            ),
            CheckConstraint(
                condition=Q(state=State.ACCEPTED, feature__isnull=False) | ~Q(state=State.ACCEPTED),
                name="submission_accepted_is_on_record",
            ),
            CheckConstraint(
                condition=Q(content__isnull=True, user__isnull=True, erased_at__isnull=False)
                | Q(content__isnull=False, user__isnull=False, erased_at__isnull=True),
                name="submission_erased_as_a_whole",
            ),
            UniqueConstraint(
                fields=["feature", "revision"],
                condition=~Q(state=State.REFUSED),
                name="submission_revision_once",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-received_at"], name="submission_user"),
            models.Index(fields=["received_at"], condition=Q(state="pending"), name="submission_pending"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"


class RevocationList(models.Model):
    """A CRL that signatures were checked with, kept once: one of them has 20 MB, and serves for a day."""

    sha256 = models.CharField(_("SHA-256"), max_length=64, primary_key=True)
    der = models.BinaryField(_("DER"))

    class Meta:
        verbose_name = _("revocation list")
        verbose_name_plural = _("revocation lists")
        constraints = [CheckConstraint(condition=is_hash_of("der", "sha256"), name="revocation_list_hash")]

    def __str__(self) -> str:
        return self.sha256


class Signature(models.Model):
    """The signature of a submission, and the evidence that it was good: all that an offline check needs.

    ``cms`` is DER. ``path`` is leaf, CA, root in DER, ``timestamp_path`` that of the timestamp's signer;
    ``ocsp`` and ``timestamp`` are the answers in DER.
    Never public as they are: a certificate names its holder and their IIN.
    """

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="signature")
    cms = models.BinaryField(_("CMS"), null=True)
    signature_sha256 = models.CharField(_("SHA-256 of the CMS"), max_length=64, unique=True)
    algorithm = models.CharField(_("algorithm"), max_length=30)
    certificate_sha256 = models.CharField(_("SHA-256 of the certificate"), max_length=64)
    reference_time = models.DateTimeField(_("time that the checks hold for"))
    timestamp_time = models.DateTimeField(_("time of the timestamp"), null=True, blank=True)
    path = ArrayField(models.BinaryField(), verbose_name=_("certificate path"), null=True)
    ocsp = models.BinaryField(_("OCSP answer"), null=True)
    # Keys of RevocationList, in the order they were used.
    crls = ArrayField(
        models.CharField(max_length=64), verbose_name=_("revocation lists"), default=list, blank=True
    )
    timestamp = models.BinaryField(_("timestamp token"), null=True)
    timestamp_path = ArrayField(
        models.BinaryField(), verbose_name=_("certificate path of the timestamp"), default=list, blank=True
    )
    is_demo = models.BooleanField(_("demonstration signature"))
    checked_at = models.DateTimeField(_("revocation known"), null=True, blank=True)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            CheckConstraint(condition=is_hash_of("cms", "signature_sha256"), name="signature_hash"),
            CheckConstraint(
                condition=Q(cms__isnull=True, path__isnull=True) | Q(cms__isnull=False, path__isnull=False),
                name="signature_erased_as_a_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.signature_sha256


class PhoneAnswer(models.Model):
    """What has come from a phone for a request whose page waits (ingest/phone.py).

    ``signature`` is a CMS that was found good and waits for the browser to sign in with it; ``refusal`` the
    code of why there is none. Gone with the request, or as soon as it is used.
    """

    request = models.OneToOneField(SigningRequest, models.CASCADE, related_name="phone_answer")
    signature = models.BinaryField(_("CMS"), null=True)
    refusal = models.CharField(_("code of the refusal"), max_length=60, blank=True, default="")
    arrived_at = models.DateTimeField(_("arrived"))

    class Meta:
        verbose_name = _("answer from a phone")
        verbose_name_plural = _("answers from phones")
        constraints = [
            CheckConstraint(
                condition=Q(signature__isnull=True) & ~Q(refusal="") | Q(signature__isnull=False, refusal=""),
                name="phone_answer_signature_or_refusal",
            ),
        ]

    def __str__(self) -> str:
        return f"answer to {self.request_id}"
