"""How allauth behaves here: staff alone uses it, by e-mail, password and a code."""

import base64
import hashlib
import hmac
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from geoportal.accounts.models import User
from geoportal.accounts.sessions import Method
from geoportal.accounts.tasks import mail_notice
from geoportal.pages.account.forms import TOO_MANY, WRONG_CODE
from geoportal.pages.account.sessions import sign_in

WRONG_SIGN_IN = _("This e-mail address and this password do not belong together.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": WRONG_SIGN_IN,
        "email_password_mismatch": WRONG_SIGN_IN,
        "invalid_login": WRONG_SIGN_IN,
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
        "incorrect_code": WRONG_CODE,
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
        "invalid_password_reset": _("This link has been used already or is too old. Ask for a new one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        sign_in(request, user, method=Method.PASSWORD)
        # The password was typed just now: the set-up of a second factor need not ask for it again.
        record_authentication(request, user, method="password", reauthenticated=True)

    def get_client_ip(self, request: HttpRequest) -> str:
        """A keyed hash: attempts are counted by address, but no address is kept."""
        return hashed_network(super().get_client_ip(request))

    def send_notification_mail(
        self, template_prefix: str, user: User, context: Any = None, email: str | None = None
    ) -> None:
        """By the worker: what was changed is changed, whether or not the mail server answers."""
        mail_notice.defer(user_id=user.pk, template=template_prefix)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The pages themselves say what happened."""


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": WRONG_CODE}

    def encrypt(self, text: str) -> str:
        """A copy of the database alone gives nobody the second factor."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()


def hashed_network(address: str) -> str:
    """Of an IPv6 address the /64, since a household has so many of them. One of IPv4 that a socket for both
    shows as ``::ffff:192.0.2.1`` is itself: else all of IPv4 would be one network.
    """
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        address = str(mapped or IPv6Network((int(parsed), 64), strict=False))
    return salted_hmac("geoportal.attempts", address, algorithm="sha256").hexdigest()


def _fernet() -> Fernet:
    """Under the key that never changes: with a new SECRET_KEY all of staff would be locked out."""
    key = hmac.digest(settings.IIN_PEPPER.encode(), b"geoportal.second_factor", hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(key))
