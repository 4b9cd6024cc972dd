"""``/account/consents/``: what I agreed to, word for word, and the way to take it back."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from geoportal.accounts import consents
from geoportal.accounts.models import Purpose, User
from geoportal.pages.account.forms import NameForm
from geoportal.pages.account.person import person_of_request


@require_safe
def consents_page(request: HttpRequest) -> HttpResponse:
    person = person_of_request(request)
    return _page(request, person, NameForm(initial={"display_name": person.display_name}))


@require_POST
def give_consent(request: HttpRequest, purpose: str) -> HttpResponse:
    person = person_of_request(request)
    wanted = _purpose(purpose)
    form = NameForm(request.POST)
    if wanted == Purpose.PUBLIC_NAME and not form.is_valid():
        return _page(request, person, form, status=400)
    with transaction.atomic():
        consents.give(user=person, purpose=wanted, language=_language(), at=timezone.now())
        if wanted == Purpose.PUBLIC_NAME:
            person.display_name = form.cleaned_data["display_name"]
            person.save(update_fields=["display_name"])
    return HttpResponseRedirect(reverse("consents"))


@require_POST
def withdraw_consent(request: HttpRequest, purpose: str) -> HttpResponse:
    consents.withdraw(user=person_of_request(request), purpose=_purpose(purpose), at=timezone.now())
    return HttpResponseRedirect(reverse("consents"))


def _page(request: HttpRequest, person: User, form: NameForm, *, status: int = 200) -> HttpResponse:
    given = list(consents.consents_of(person))
    context: dict[str, Any] = {
        "person": person,
        "form": form,
        "purposes": [
            {
                "purpose": purpose,
                "text": consents.text_of(purpose, _language()),
                "consent": next((c for c in given if c.purpose == purpose and not _withdrawn(c)), None),
            }
            for purpose in Purpose
        ],
        "history": given,
    }
    return render(request, "geoportal/account/consents.html", context, status=status)


def _withdrawn(consent: consents.Consent) -> bool:
    return hasattr(consent, "withdrawal")


def _purpose(name: str) -> Purpose:
    if name not in Purpose.values:
        raise Http404(f"no purpose {name}")
    return Purpose(name)


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE
