"""A browser that is signed in. Django's own sessions do not say whose they are: nobody could end theirs."""

from typing import ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from geoportal.accounts.models.user import User


class SessionManager(BaseSessionManager["Session"]):
    use_in_migrations = True


class Session(AbstractBaseSession):
    """``method`` and ``browser`` are for its owner to recognise it by; nothing else of it is kept."""

    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="sessions")
    method = models.CharField(_("way of signing in"), max_length=20, blank=True, default="")
    browser = models.CharField(_("browser"), max_length=50, blank=True, default="")
    began_at = models.DateTimeField(_("began"), null=True, blank=True)

    objects: ClassVar[SessionManager] = SessionManager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
