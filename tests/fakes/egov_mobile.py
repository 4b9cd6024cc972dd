"""The app eGov Mobile by the state's guide for services: reads the QR code, fetches, signs, sends back."""

import base64
import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

PREFIX = "mobileSign:"


@dataclass
class EgovMobile:
    """``sign(bytes)`` gives the DER of a CMS. It knows nothing but what the QR code says: no session."""

    sign: Callable[[bytes], bytes]
    client: Client

    def scan(self, qr_text: str) -> dict[str, Any]:
        """API №1: who asks, and where the document is."""
        assert qr_text.startswith(PREFIX), qr_text
        answer = self.client.get(_path(qr_text.removeprefix(PREFIX)))
        assert answer.status_code == 200, answer.content
        asked: dict[str, Any] = answer.json()
        return asked

    def fetch(self, asked: dict[str, Any]) -> Any:
        """API №2, GET: what is to be signed."""
        return self.client.get(_path(asked["document"]["uri"]), headers=_authorization(asked))

    def put(self, asked: dict[str, Any], body: dict[str, Any]) -> Any:
        """API №2, PUT: the same document with its data replaced by the signature."""
        return self.client.put(
            _path(asked["document"]["uri"]),
            json.dumps(body),
            content_type="application/json",
            headers=_authorization(asked),
        )

    def sign_what(self, qr_text: str) -> Any:
        """The whole way; gives the portal's answer to the signature."""
        asked = self.scan(qr_text)
        return self.put(asked, self.signed(self.fetch(asked).json()))

    def signed(self, documents: dict[str, Any]) -> dict[str, Any]:
        assert documents["signMethod"] in {"CMS_SIGN_ONLY", "CMS_WITH_DATA"}
        signed = copy.deepcopy(documents)
        for document in signed["documentsToSign"]:
            file = document["document"]["file"]
            file["data"] = base64.b64encode(self.sign(base64.b64decode(file["data"]))).decode()
        return signed


def _path(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _authorization(asked: dict[str, Any]) -> dict[str, str]:
    document = asked["document"]
    return {"authorization": f"Bearer {document['auth_token']}"} if document["auth_type"] == "Token" else {}
