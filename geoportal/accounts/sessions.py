"""Sessions that know whose they are (Django's ``SESSION_ENGINE``)."""

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from geoportal.accounts.models import Session, User

METHOD, BROWSER, BEGAN_AT = "sign_in_method", "sign_in_browser", "sign_in_at"


class Method(models.TextChoices):
    """How a person signed in."""

    EDS = "eds", _("EDS")
    LINK = "link", _("link by e-mail")
    PASSWORD = "password", _("password")


class SessionStore(DatabaseSessions):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session: Session = super().create_model_instance(data)  # type: ignore[assignment]
        session.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        session.method = data.get(METHOD, "")
        session.browser = data.get(BROWSER, "")
        session.began_at = datetime.fromisoformat(data[BEGAN_AT]) if BEGAN_AT in data else None
        return session


def sessions_of(user: User, *, at: datetime) -> QuerySet[Session]:
    """Those that have not run out, the newest first."""
    return user.sessions.filter(expire_date__gt=at).order_by("-began_at")


def end_sessions(user: User, *, but: str | None = None) -> int:
    """Sign the person out everywhere (``but`` the session of that key); how many that were."""
    ended, _models = user.sessions.exclude(session_key=but or "").delete()
    return ended
