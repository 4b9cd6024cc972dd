"""A person who signs in. An own user model from the first migration, since later it cannot be changed."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import CheckConstraint, Func, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# HMAC-SHA256.
HASH_BYTES = 32


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Known by e-mail, by the keyed hash of an IIN, or both; by neither once the person has left.

    ``display_name`` is shown to the public only while the person agrees (geoportal/accounts/consents.py).
    Neither the IIN nor the name in a certificate is kept.
    """

    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    iin_hash = models.BinaryField(_("keyed hash of the IIN"), unique=True, null=True, blank=True)
    display_name = models.CharField(_("name"), max_length=100, blank=True, default="")
    language = models.CharField(_("language"), max_length=2, default="kk")
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower_case"),
            CheckConstraint(condition=~Q(email=""), name="user_email_absent_is_null"),
            CheckConstraint(condition=Q(language__in=["kk", "ru", "en"]), name="user_language_known"),
            CheckConstraint(
                condition=Q(iin_hash__isnull=True)
                | Q(
                    models.lookups.Exact(
                        Func("iin_hash", function="octet_length", output_field=models.IntegerField()),
                        HASH_BYTES,
                    )
                ),
                name="user_iin_hash_is_sha256",
            ),
            CheckConstraint(
                condition=Q(left_at__isnull=True) & (Q(email__isnull=False) | Q(iin_hash__isnull=False))
                | Q(
                    left_at__isnull=False,
                    email__isnull=True,
                    iin_hash__isnull=True,
                    display_name="",
                    is_active=False,
                ),
                name="user_known_until_gone",
            ),
        ]

    def __str__(self) -> str:
        """A number: what is printed of a person may end in a log."""
        return f"user {self.pk}"
