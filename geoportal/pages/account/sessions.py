"""Signing in and out, whichever way somebody showed who they are; and the list of one's sessions."""

import re

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from geoportal.accounts.models import User
from geoportal.accounts.sessions import BEGAN_AT, BROWSER, METHOD, Method, end_sessions
from geoportal.pages.account.person import person_of_request

# Who works here signs in each day.
STAFF_SESSION_S = 12 * 3600
# In this order: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
BROWSERS = (
    *(("Edg", "Edge"), ("OPR", "Opera"), ("YaBrowser", "Yandex")),
    *(("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari")),
)
SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iOS")),
    *(("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux")),
)


def sign_in(request: HttpRequest, user: User, *, method: Method) -> None:
    """Make this browser's session one of ``user``. Its key changes, so that one that somebody planted or saw
    before is worth nothing; the session of another person is emptied.
    """
    if user.last_login is None:
        user.language = get_language() or settings.LANGUAGE_CODE
        user.save(update_fields=["language"])
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[METHOD] = method.value
    request.session[BROWSER] = browser_name(request.headers.get("User-Agent", ""))
    request.session[BEGAN_AT] = timezone.now().isoformat()
    request.session.set_expiry(STAFF_SESSION_S if method == Method.PASSWORD else settings.SESSION_COOKIE_AGE)


def browser_name(user_agent: str) -> str:
    """``Firefox, Windows``: enough to recognise one's own, no more of it is kept."""
    browser = next((name for word, name in BROWSERS if re.search(rf"\b{word}", user_agent)), "")
    system = next((name for word, name in SYSTEMS if word in user_agent), "")
    return ", ".join(filter(None, (browser, system)))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    response = HttpResponseRedirect(reverse("map"))
    response.delete_cookie(settings.CSRF_COOKIE_NAME)
    return response


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    end_sessions(person_of_request(request), but=request.session.session_key)
    return HttpResponseRedirect(f"{reverse('account')}#sessions")
