"""Staff with a password and a second factor, and the codes that an app on their phone would show."""

import re
import time
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from geoportal.accounts.models import Role, User
from tests.geoportal.accounts.people import person_with

PASSWORD = "correct horse battery staple"


def code_for(secret: str, *, steps: int = 0) -> str:
    """RFC 6238 with 30 seconds; ``steps`` back or on in time."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def staff_with_password(role: Role) -> User:
    user = person_with(role)
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=str(user.email), verified=True, primary=True)
    return user


def give_password(client: Client, user: User, password: str = PASSWORD) -> Any:
    return client.post("/account/staff/", {"login": user.email, "password": password})


def set_up_second_factor(client: Client) -> str:
    """Connect an app as the page tells; its secret."""
    page = client.get("/account/second-factor/activate/").content.decode()
    found = re.search(r'<code class="key">(\w+)</code>', page)
    assert found, page
    answer = client.post("/account/second-factor/activate/", {"code": code_for(found[1])})
    assert answer.status_code == 302, answer.content.decode()
    return found[1]


def staff_in_browser(client: Client, role: Role) -> User:
    """One of staff, signed in with everything."""
    user = staff_with_password(role)
    give_password(client, user)
    set_up_second_factor(client)
    return user
