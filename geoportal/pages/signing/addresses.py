"""Where a person goes on to."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from geoportal.pages.account.login import next_page
from ingest.models import SigningRequest, Submission


def sign_address(pk: UUID, next_address: str = "") -> str:
    """Of the page that signs."""
    query = f"?{urlencode({'next': next_address})}" if next_address else ""
    return reverse("sign", args=[pk]) + query


def after_login(request: HttpRequest) -> str:
    return next_page(request) or reverse("account")


def after_submission(submission: Submission) -> str:
    return reverse("submission", args=[submission.pk])


def after_consumed(request: HttpRequest, signing_request: SigningRequest) -> str:
    """Where a text that was signed already has led: a second press of the button goes the same way."""
    submission = Submission.objects.filter(request=signing_request).first()
    return after_submission(submission) if submission else after_login(request)
