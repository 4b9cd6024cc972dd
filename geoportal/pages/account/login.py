"""``/account/login/``: EDS, a link by e-mail, and the way to the sign-in of staff."""

from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from geoportal.accounts.links import LIFETIME, LinkRefused, ask_for_link, open_link, use_link
from geoportal.accounts.models import SignInLink
from geoportal.accounts.sessions import Method
from geoportal.accounts.tasks import mail_sign_in_link
from geoportal.pages.account.forms import TOO_MANY, EmailForm
from geoportal.pages.account.sessions import sign_in


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("email")
def login_page(request: HttpRequest) -> HttpResponse:
    """The form; posted, it asks for a link. The answer is the same whether the address is known or not."""
    form = EmailForm(request.POST if request.method == "POST" else None)
    if request.user.is_authenticated and request.method != "POST":
        return HttpResponseRedirect(next_page(request) or reverse("account"))
    if form.is_bound and form.is_valid():
        if _send_link(request, form.cleaned_data["email"].lower()):
            return HttpResponseRedirect(reverse("link-sent"))
        form.add_error("email", TOO_MANY)
    context = {"form": form, "next": next_page(request)}
    return render(request, "geoportal/account/login.html", context, status=400 if form.errors else 200)


@sensitive_variables("email")
def _send_link(request: HttpRequest, email: str) -> bool:
    """False when too many were asked for, to this address or from this network."""
    if not ratelimit.consume(request, action="sign_in_link", key=email):
        return False
    language = get_language() or settings.LANGUAGE_CODE
    with transaction.atomic():
        link = ask_for_link(email=email, language=language, next=next_page(request), at=timezone.now())
        mail_sign_in_link.defer(link_id=link.pk)
    return True


@require_http_methods(["GET", "HEAD"])
def link_sent(request: HttpRequest) -> HttpResponse:
    minutes = int(LIFETIME.total_seconds() // 60)
    return render(request, "geoportal/account/link_sent.html", {"minutes": minutes})


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """A page with a button; the button signs in. To open it uses nothing up: mail scanners open all links."""
    now = timezone.now()
    context: dict[str, Any] = {}
    try:
        if request.method == "POST":
            person, page = use_link(token=token, at=now)
            sign_in(request, person, method=Method.LINK)
            return HttpResponseRedirect(page or reverse("account"))
        context["link"] = open_link(SignInLink, token=token, at=now)
    except LinkRefused as error:
        context["error"] = error
    return render(
        request, "geoportal/account/sign_in_link.html", context, status=410 if "error" in context else 200
    )


def next_page(request: HttpRequest) -> str:
    """Where the person wanted to go: a path of this portal, or nothing."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours and len(asked) <= 500 else ""
