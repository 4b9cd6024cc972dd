"""What the page says about a text of each type: what signing it means, and whose signature is taken."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ingest.acts import LOGIN
from ingest.models import SigningRequest


@dataclass(frozen=True)
class Description:
    """``whose``: who will be bound by the signature. ``takes_any_key``: also that which is for signing in."""

    title: str
    lead: str
    whose: str
    action: str
    takes_any_key: bool


def describe(signing_request: SigningRequest) -> Description:
    if signing_request.type == LOGIN.type:
        return Description(
            title=_("Sign in with EDS"),
            lead=_(
                "By signing this text you show who you are. It serves for signing in, once, in this browser, "
                "and for nothing else."
            ),
            whose=_("Anybody’s; whose key signs, is signed in."),
            action=_("Sign in with EDS"),
            takes_any_key=True,
        )
    title = _("Sign the problem") if signing_request.type.startswith("problem.") else _("Sign with EDS")
    return Description(
        title=title,
        lead=_(
            "Your signature makes this a formal appeal that the authority must answer. Exactly the text "
            "below is signed, to the last letter: read it."
        ),
        whose=_("Only yours: that of the person who is signed in."),
        action=_("Sign with EDS"),
        takes_any_key=False,
    )
