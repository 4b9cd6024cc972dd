"""``/account/people/``: administrators invite staff, one by one or from a CSV, and end roles."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from geoportal.accounts.grants import GrantRefused, end
from geoportal.accounts.invitation_file import COLUMNS, MOST_BYTES, BadFile, Fault, as_file, invite_from
from geoportal.accounts.invitations import renew
from geoportal.accounts.models import Invitation, RoleGrant, User
from geoportal.accounts.models.role import STAFF
from geoportal.accounts.tasks import mail_invitation
from geoportal.pages.account.person import person_of_request
from regions.models import Akimat, Jurisdiction


@require_safe
def people_page(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
def invite_one(request: HttpRequest) -> HttpResponse:
    """The form is one line of the file, held to the same rules."""
    values = {name: request.POST.get(name, "") for name in COLUMNS}
    try:
        _invite(request, as_file([values]))
    except BadFile as error:
        faults = {fault.column: fault.message for fault in error.faults}
        return _page(request, values=values, field_faults=faults)
    return HttpResponseRedirect(reverse("people"))


@require_POST
def invite_many(request: HttpRequest) -> HttpResponse:
    """Every faulty line is named, and then nobody is invited."""
    file = request.FILES.get("file")
    content = file.read(MOST_BYTES + 1) if isinstance(file, UploadedFile) else b""
    try:
        _invite(request, content)
    except BadFile as error:
        return _page(request, file_faults=error.faults)
    return HttpResponseRedirect(reverse("people"))


@require_POST
def end_role(request: HttpRequest, pk: int) -> HttpResponse:
    grant = get_object_or_404(RoleGrant, pk=pk, role__in=STAFF)
    try:
        end(grant=grant, at=timezone.now(), by=person_of_request(request))
    except GrantRefused as error:
        return _page(request, refused=error)
    return HttpResponseRedirect(reverse("people"))


@require_POST
def renew_sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """For one of staff who lost the second factor: everything of the sign-in is set anew by a mailed link."""
    staff = User.objects.filter(grants__role__in=STAFF, is_active=True).distinct()
    person = get_object_or_404(staff, pk=pk)
    with transaction.atomic():
        invitation = renew(user=person, at=timezone.now(), by=person_of_request(request))
        mail_invitation.defer(invitation_id=invitation.pk)
    return HttpResponseRedirect(reverse("people"))


@require_POST
def cancel_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    Invitation.objects.filter(pk=pk, used_at=None).delete()
    return HttpResponseRedirect(reverse("people"))


def _invite(request: HttpRequest, content: bytes) -> None:
    with transaction.atomic():
        invitations = invite_from(
            content,
            jurisdiction=Jurisdiction.objects.get(code=settings.DEFAULT_JURISDICTION),
            language=get_language() or settings.LANGUAGE_CODE,
            at=timezone.now(),
            by=person_of_request(request),
        )
        for invitation in invitations:
            mail_invitation.defer(invitation_id=invitation.pk)


def _page(
    request: HttpRequest,
    *,
    values: dict[str, str] | None = None,
    field_faults: dict[str, str] | None = None,
    file_faults: list[Fault] | None = None,
    refused: GrantRefused | None = None,
) -> HttpResponse:
    now = timezone.now()
    is_bad = bool(field_faults or file_faults or refused)
    context: dict[str, Any] = {
        "values": values or {},
        "field_faults": field_faults or {},
        "file_faults": file_faults or [],
        "refused": refused,
        "roles": STAFF,
        "akimats": Akimat.objects.filter(jurisdiction=settings.DEFAULT_JURISDICTION).order_by("code"),
        "grants": RoleGrant.objects.not_over(now)
        .filter(role__in=STAFF)
        .select_related("user", "akimat", "granted_by")
        .order_by("user__email", "role", "valid_from"),
        "invitations": Invitation.objects.filter(used_at=None, expires_at__gt=now)
        .prefetch_related("roles__akimat")
        .order_by("-asked_at"),
    }
    return render(request, "geoportal/account/people.html", context, status=400 if is_bad else 200)
