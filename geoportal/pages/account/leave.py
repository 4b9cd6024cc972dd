"""``/account/leave/``: what goes and what stays, and then it goes, in one transaction across the apps."""

from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from geoportal.accounts.leaving import leave
from geoportal.pages.account.person import person_of_request
from ingest.erasure import forget


@require_http_methods(["GET", "HEAD", "POST"])
def leave_page(request: HttpRequest) -> HttpResponse:
    person = person_of_request(request)
    is_asked = request.method == "POST"
    if is_asked and request.POST.get("confirmed") == "yes":
        now = timezone.now()
        with transaction.atomic():
            forget(person, at=now)
            leave(user=person, at=now)
        logout(request)
        return HttpResponseRedirect(reverse("left"))
    context = {"unconfirmed": is_asked}
    return render(request, "geoportal/account/leave.html", context, status=400 if is_asked else 200)


@require_safe
def left_page(request: HttpRequest) -> HttpResponse:
    return render(request, "geoportal/account/left.html")
