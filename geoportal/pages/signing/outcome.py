"""What becomes of a signature: somebody is signed in, or a submission is in, or it is refused."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from geoportal.accounts.sessions import Method
from geoportal.lib.errors import DomainError
from geoportal.pages.account.person import person_of_request
from geoportal.pages.account.sessions import sign_in
from geoportal.pages.signing.addresses import after_login, after_submission
from geoportal.pages.signing.advice import advice_for
from geoportal.pages.signing.browser import known_browser
from ingest.acts import LOGIN
from ingest.eds.refusals import SENTENCES, Refusal, sentence
from ingest.login import complete_login
from ingest.models import SigningRequest
from ingest.submit import submit

# What can happen to a signature from a phone beside the refusals of the verifier.
OTHERS = {
    "cancelled_on_phone": _("Signing was cancelled on the phone."),
    "no_signature": _("The message from the phone holds no signature."),
    "cannot_sign_in": _("Nobody can be signed in with this key just now. Please try again soon."),
    "identity_taken": _("The key belongs to another account of the portal."),
}
OTHERWISE = _("The portal could not take what was signed. Sign in another way, or write it anew.")


@dataclass(frozen=True)
class Told:
    """A refusal for the person: why, and what to do next, which may be empty."""

    sentence: str
    advice: str
    field: str | None = None


def told(error: DomainError) -> Told:
    language = get_language() or settings.LANGUAGE_CODE
    why = error.sentence(language) if isinstance(error, Refusal) else str(error)
    return Told(why, advice_for(error.code), error.field)


def told_of_code(code: str) -> Told:
    """The same of a refusal of which only the code was kept."""
    language = get_language() or settings.LANGUAGE_CODE
    known = sentence(code, language) if code in SENTENCES else str(OTHERS.get(code, OTHERWISE))
    return Told(known, advice_for(code))


def accept(request: HttpRequest, signing_request: SigningRequest, signature: bytes, *, at: datetime) -> str:
    """Checks and records; gives the address to go to. Raises the DomainError that refuses it."""
    if signing_request.type == LOGIN.type:
        user = complete_login(
            request_id=signing_request.pk, signature=signature, browser=known_browser(request), at=at
        )
        sign_in(request, user, method=Method.EDS)
        return after_login(request)
    citizen = person_of_request(request)
    return after_submission(
        submit(request_id=signing_request.pk, signature=signature, browser="", user=citizen, at=at)
    )
