"""Signing in by a link in a mail: asked for, sent by a job, opened, and used once by the press of a button.

The link does nothing by being opened, since mail scanners open every link; the page behind it has a button.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from geoportal.accounts.models import RoleGrant, SignInLink, User
from geoportal.accounts.models.link import MailedLink
from geoportal.accounts.models.role import STAFF
from geoportal.lib.errors import DomainError

LIFETIME = timedelta(minutes=20)
# A link is of no use to anybody after this; its row goes, and with it the address of who never came.
KEPT = timedelta(days=1)
TOKEN_BYTES = 32

Link = TypeVar("Link", bound=MailedLink)


class LinkRefused(DomainError):
    """A link that is unknown, was used or has expired: the same words, since strangers may try."""

    code = "link_refused"

    def __init__(self) -> None:
        super().__init__(_("This link has been used already or is too old. Ask for a new one."))


def ask_for_link(*, email: str, language: str, next: str, at: datetime) -> SignInLink:
    """Note that a link to ``email`` was asked for; geoportal/accounts/tasks.py sends it."""
    return SignInLink.objects.create(
        email=email.strip().lower(), language=language, next=next, asked_at=at, expires_at=at + LIFETIME
    )


@sensitive_variables("token")
def new_token(link: MailedLink) -> str:
    """The secret for this link, which makes any sent before useless. Only its SHA-256 is stored."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link.token_sha256 = hashed(token)
    link.save(update_fields=["token_sha256"])
    return token


@sensitive_variables("token")
def hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


@sensitive_variables("token")
def open_link(kind: type[Link], *, token: str, at: datetime, lock: bool = False) -> Link:
    """The unused link with this token, unchanged; ``lock`` holds it against others. Raises LinkRefused."""
    links = kind._default_manager.select_for_update(of=("self",)) if lock else kind._default_manager.all()
    link = links.filter(token_sha256=hashed(token), expires_at__gt=at).first()
    if link is None:
        raise LinkRefused
    return link


@sensitive_variables("token")
@transaction.atomic
def use_link(*, token: str, at: datetime) -> tuple[User, str]:
    """The person whose address this is, found or made, and the page they wanted. Raises LinkRefused.

    Of two presses at once one wins.
    """
    link = open_link(SignInLink, token=token, at=at, lock=True)
    person = person_with_email(email=link.email, language=link.language, at=at)
    if signs_in_otherwise(person, at=at):
        raise LinkRefused
    link.used_at, link.token_sha256 = at, None
    link.save(update_fields=["used_at", "token_sha256"])
    return person, link.next


def signs_in_otherwise(person: User, *, at: datetime) -> bool:
    """Whether a link lets this person in no more: it would pass by the password of staff, also while that is
    being renewed.
    """
    is_staff = RoleGrant.objects.not_over(at).filter(user=person, role__in=STAFF).exists()
    return is_staff or person.has_usable_password() or not person.is_active


def person_with_email(*, email: str, language: str, at: datetime) -> User:
    """Found or made; of two at once both get the same one."""
    new = User(email=email, language=language, created_at=at)
    new.set_unusable_password()
    User.objects.bulk_create([new], ignore_conflicts=True)
    return User.objects.get(email=email)


def forget_old_links(*, at: datetime) -> int:
    """How many rows of links that nobody can use any more went."""
    gone, _models = SignInLink.objects.filter(expires_at__lte=at - KEPT).delete()
    return gone
