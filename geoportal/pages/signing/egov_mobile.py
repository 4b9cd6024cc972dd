"""The messages of eGov Mobile's direct signing (QR or deep link), both ways. Pure: no database, no HTTP.

Source: the state's guide for services that sign by QR, "API №1" and "API №2". The app fetches from our
address who asks (№1) and the document (№2), and puts that back with its data replaced by the signature.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from geoportal.lib.errors import DomainError

# Addresses that open the apps (isi: App Store, ibi: iOS, apn: Android).
LAUNCH = "https://m.egov.kz/mobileSign"
EGOV_MOBILE = {"isi": "1476128386", "ibi": "kz.egov.mobile", "apn": "kz.mobile.mgov"}
EGOV_BUSINESS = {"isi": "1597880144", "ibi": "kz.mobile.mgov.business", "apn": "kz.mobile.mgov.business"}
# The signature alone comes back; the text is ours already.
METHOD = "CMS_SIGN_ONLY"
DOCUMENT_ID = 1
CANCELLED = "CANCELED"


class NoSignature(DomainError):
    """The app's message holds no signature."""

    code = "no_signature"


class SignedOnPhoneCancelled(DomainError):
    """The person refused on the phone."""

    code = "cancelled_on_phone"


@dataclass(frozen=True)
class Organisation:
    """Who asks, as the state knows it; ``bin`` has 12 digits."""

    name_kk: str
    name_ru: str
    name_en: str
    bin: str

    def as_json(self) -> dict[str, str]:
        return {"nameRu": self.name_ru, "nameKz": self.name_kk, "nameEn": self.name_en, "bin": self.bin}


def qr_text(address: str) -> str:
    return f"mobileSign:{address}"


def launch_link(address: str, app: Mapping[str, str]) -> str:
    """What opens the app on the phone itself; ``address`` is that of API №1."""
    return f"{LAUNCH}?{urlencode({'link': address, **app})}"


def request_message(
    *, description: str, expires_at: datetime, organisation: Organisation, document_url: str, token: str
) -> dict[str, Any]:
    """API №1. The app shows the token at ``document_url`` as ``Authorization: Bearer``."""
    return {
        "description": description,
        "expiry_date": expires_at.isoformat(timespec="milliseconds"),
        "organisation": organisation.as_json(),
        "document": {"uri": document_url, "auth_type": "Token", "auth_token": token},
    }


def document_message(content: bytes, *, names: Mapping[str, str], meta: Mapping[str, str]) -> dict[str, Any]:
    """API №2, GET. ``names`` by language (kk, ru, en); ``meta`` is what the app shows of the document."""
    return {
        "signMethod": METHOD,
        "documentsToSign": [
            {
                "id": DOCUMENT_ID,
                "nameRu": names["ru"],
                "nameKz": names["kk"],
                "nameEn": names["en"],
                "meta": [{"name": name, "value": value} for name, value in meta.items()],
                "document": {"file": {"mime": "text/plain", "data": base64.b64encode(content).decode()}},
            }
        ],
    }


def signature_of(body: bytes) -> bytes:
    """API №2, PUT: the signature (DER, or PEM) in the app's message.

    ``NoSignature`` when there is none to be read; ``SignedOnPhoneCancelled`` when the person refused.
    """
    try:
        message = json.loads(body)
        if str(message.get("status", "")).upper() == CANCELLED:
            raise SignedOnPhoneCancelled(_("Signing was cancelled on the phone."))
        (document,) = message["documentsToSign"]
        # Older builds of the app put it beside the document.
        data = document["documentCms"] if "documentCms" in document else document["document"]["file"]["data"]
        return data.encode() if data.startswith("-----BEGIN") else base64.b64decode(data, validate=True)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error):
        raise NoSignature(_("The message from the phone holds no signature.")) from None
