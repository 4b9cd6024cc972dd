"""``/account/invitation/…/``: who was invited sets a password, then a second factor, and is one of staff."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core import ratelimit
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from geoportal.access import has_second_factor
from geoportal.accounts.invitations import InvitationRefused, accept, needs_sign_in
from geoportal.accounts.links import LinkRefused, open_link
from geoportal.accounts.models import Invitation, User
from geoportal.accounts.sessions import Method
from geoportal.pages.account.forms import TOO_MANY, NewPasswordForm
from geoportal.pages.account.sessions import sign_in


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password1")
@sensitive_variables("token", "form")
def invitation_page(request: HttpRequest, token: str) -> HttpResponse:
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    try:
        invitation = open_link(Invitation, token=token, at=timezone.now())
        must_sign_in = needs_sign_in(invitation)
        if form.is_bound and ratelimit.consume(request, action="invitation"):
            if must_sign_in or form.is_valid():
                return _accept(request, token, form, must_sign_in)
        elif form.is_bound:
            form.add_error("password1", TOO_MANY)
    except (LinkRefused, InvitationRefused) as error:
        return _page(request, {"error": error}, status=410)
    except ValidationError as error:
        form.add_error("password1", error)
    context = {"invitation": invitation, "form": form, "must_sign_in": must_sign_in}
    context["is_signed_in"] = _signed_in(request) is not None
    return _page(request, context, status=400 if form.errors else 200)


@sensitive_variables("token", "form")
def _accept(request: HttpRequest, token: str, form: NewPasswordForm, must_sign_in: bool) -> HttpResponse:
    """Straight on to the second factor: the table of access lets staff nowhere else without it."""
    password = None if must_sign_in else form.cleaned_data["password1"]
    person = accept(token=token, password=password, signed_in=_signed_in(request), at=timezone.now())
    if not must_sign_in:
        sign_in(request, person, method=Method.PASSWORD)
        record_authentication(request, person, method="password", reauthenticated=True)
    return HttpResponseRedirect(reverse("account"))


def _signed_in(request: HttpRequest) -> User | None:
    """The person of a session with a second factor: an open session by mail is not enough to take a role."""
    user = request.user
    return user if isinstance(user, User) and has_second_factor(request, user) else None


def _page(request: HttpRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    return render(request, "geoportal/account/invitation.html", context, status=status)
