"""``/account/``: who I am here, how I signed in, and where else I am signed in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from geoportal.accounts.models import RoleGrant
from geoportal.accounts.permissions import Permission, is_staff, permitted
from geoportal.accounts.sessions import METHOD, Method, sessions_of
from geoportal.language import YEAR
from geoportal.pages.account.person import person_of_request


@require_safe
def account_page(request: HttpRequest) -> HttpResponse:
    person = person_of_request(request)
    now = timezone.now()
    grants = list(
        RoleGrant.objects.not_over(now).filter(user=person).select_related("akimat", "organisation")
    )
    context = {
        "person": person,
        "method": dict(Method.choices).get(request.session.get(METHOD, ""), ""),
        "grants": grants,
        "is_staff": is_staff(grants),
        "manages_people": permitted(grants, Permission.MANAGE_PEOPLE),
        "sessions": sessions_of(person, at=now),
        "current_session": request.session.session_key,
        "languages": settings.LANGUAGES,
    }
    return render(request, "geoportal/account/account.html", context)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """The language of mails to the person, and of the pages in this browser."""
    chosen = request.POST.get("language", "")
    response = HttpResponseRedirect(reverse("account"))
    if chosen in dict(settings.LANGUAGES):
        person = person_of_request(request)
        person.language = chosen
        person.save(update_fields=["language"])
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure()
        )
    return response
