"""Mails, sent by the worker: who asks for one does not wait for the mail server, and cannot tell by the time
it takes whether an address is known here. A job knows the number of a row; the secret is made with the mail.
"""

from datetime import datetime

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.db import connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from geoportal.accounts.links import forget_old_links, new_token, signs_in_otherwise
from geoportal.accounts.models import Invitation, Session, SignInLink, User
from geoportal.accounts.models.link import MailedLink

# A mail server that is away for an hour loses nobody an invitation; a sign-in link is too old by then.
PATIENTLY = RetryStrategy(max_attempts=8, exponential_wait=3)


@app.task(retry=PATIENTLY)
def mail_sign_in_link(link_id: int) -> None:
    link = SignInLink.objects.filter(pk=link_id, used_at=None, expires_at__gt=timezone.now()).first()
    if link is None:
        return
    known = User.objects.filter(email=link.email).first()
    if known is not None and signs_in_otherwise(known, at=timezone.now()):
        _send(link, "sign_in_by_password", address=_absolute(reverse("account_login")))
    else:
        _send(link, "sign_in_link", address=_absolute(reverse("sign-in-link", args=[new_token(link)])))


@app.task(retry=PATIENTLY)
def mail_invitation(invitation_id: int) -> None:
    invitation = Invitation.objects.filter(
        pk=invitation_id, used_at=None, expires_at__gt=timezone.now()
    ).first()
    if invitation is None:
        return
    address = _absolute(reverse("invitation", args=[new_token(invitation)]))
    _send(invitation, "invitation" if invitation.roles.exists() else "renewal", address=address)


@app.task(retry=PATIENTLY)
def mail_password_reset(user_id: int) -> None:
    """``user_id`` 0: the address that was asked for is nobody's here. A job runs for it all the same."""
    user = _staff(user_id)
    if user is None:
        return
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), token])
    _send_to_staff(user, "account/email/password_reset_key", password_reset_url=_absolute(path))


@app.task(retry=PATIENTLY)
def mail_notice(user_id: int, template: str) -> None:
    """Tell one of staff what was changed about their sign-in; ``template`` is the beginning of its name."""
    user = _staff(user_id)
    if user is not None:
        _send_to_staff(user, template)


@app.periodic(cron="41 22 * * *")  # UTC: before four in the morning in Kazakhstan
@app.task(queueing_lock="forget_what_ran_out")
def forget_what_ran_out(timestamp: int) -> None:
    """Sessions and sign-in links that nobody can use any more, and attempts that no limit counts any more."""
    now: datetime = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("delete from shared_cache where expires <= %s", [now])
    Session.objects.filter(expire_date__lte=now).delete()
    forget_old_links(at=now)


def _send(link: MailedLink, name: str, *, address: str) -> None:
    """Mail ``accounts/mail/<name>.txt`` in the language of who asked; its first line is the subject."""
    with translation.override(link.language):
        text = render_to_string(f"accounts/mail/{name}.txt", {"link": link, "address": address})
    subject, body = text.split("\n", 1)
    send_mail(subject.strip(), body.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [link.email])


def _staff(user_id: int) -> User | None:
    """Who has a password and is still here."""
    user = User.objects.filter(pk=user_id, is_active=True, email__isnull=False).first()
    return user if user is not None and user.has_usable_password() else None


def _send_to_staff(user: User, template: str, **context: str) -> None:
    with translation.override(user.language):
        subject = render_to_string(f"{template}_subject.txt")
        body = render_to_string(f"{template}_message.txt", context)
    send_mail(subject.strip(), body.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [str(user.email)])


def _absolute(path: str) -> str:
    return f"{settings.PORTAL_ORIGIN}{path}"
