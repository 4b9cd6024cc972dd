"""What to do after a refusal, by its code; the sentences that say why are the verifier's own."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SIGNING_KEY = _("The name of its file begins with GOST512 or RSA, not with AUTH.")
OWN_KEY = _("Sign with your own key as an individual, not with that of an organisation.")
YOUR_KEY = _("Sign with your own key; or sign out, and sign in as the one whose key it is.")
NEW_KEY = _("Keys are issued in eGov Mobile, at egov.kz and in public service centres.")
STATE_KEY = _("Sign with a key that the National Certification Authority has issued.")
SAME_TEXT = _("Download the text anew, change nothing in it, and sign that very file.")
SIGN_ONCE = _("Sign the downloaded text itself, not a file that has been signed already.")
ANOTHER_FILE = _("Send the file of the signature that your program made, not the document.")
ONCE_MORE = _("Sign once more.")

ADVICE: dict[str, Promise] = {
    "wrong_purpose": SIGNING_KEY,
    "wrong_role": OWN_KEY,
    "other_organisation": OWN_KEY,
    "other_person": YOUR_KEY,
    "expired": NEW_KEY,
    "revoked": NEW_KEY,
    "on_hold": NEW_KEY,
    "unknown_issuer": STATE_KEY,
    "unexpected_certificate": STATE_KEY,
    "identity_missing": STATE_KEY,
    "algorithm_not_allowed": STATE_KEY,
    "key_not_allowed": STATE_KEY,
    "digest_mismatch": SAME_TEXT,
    "other_content": SAME_TEXT,
    "two_signers": SIGN_ONCE,
    "malformed": ANOTHER_FILE,
    "too_large": ANOTHER_FILE,
    "wrong_content_type": ANOTHER_FILE,
    "no_signer": ANOTHER_FILE,
    "timestamp_time": ONCE_MORE,
    "certificate_forged": STATE_KEY,
    "authority_not_allowed": STATE_KEY,
    "certificate_unknown": STATE_KEY,
    "signature_wrong": ONCE_MORE,
}


def advice_for(code: str) -> str:
    """In the reader's language; empty where the reason says all."""
    return str(ADVICE.get(code, ""))
