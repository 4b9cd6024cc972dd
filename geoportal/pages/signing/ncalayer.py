"""What the page's script asks NCALayer for (js/signing/ncalayer.js)."""

import base64
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from ingest.acts import LOGIN
from ingest.models import SigningRequest
from ingest.signing import text_of

# Extended key usage of certificates that NCALayer lists: signing (RFC 5280, 4.2.1.12), of an individual
# (registry of OIDs, root.gov.kz). It keeps people from the wrong file; what counts is the portal's own check.
EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4"
INDIVIDUAL = "1.2.398.3.3.4.1.1"


def order(signing_request: SigningRequest, *, at: datetime) -> dict[str, Any]:
    """For the page, as JSON: the bytes in base64, the filter of keys, the language, and the time left."""
    left = signing_request.expires_at - at
    return {
        "content": base64.b64encode(text_of(signing_request)).decode(),
        "locale": get_language(),
        "signer": {
            # People sign in with either of their keys, representatives with that of their organisation.
            "extKeyUsageOids": [] if signing_request.type == LOGIN.type else [EMAIL_PROTECTION, INDIVIDUAL],
            # None: only certificates of the national authority. []: any, as a demonstration's are none.
            "chain": [] if settings.DEMO_AUTHORITY else None,
        },
        "expires_in_ms": max(0, int(left.total_seconds() * 1000)),
    }
