"""The app eGov Mobile by the state's guide for services: reads the QR code, fetches, signs, sends back."""

import base64
import copy
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.test import Client

PREFIX = "mobileSign:"


class Answer(NamedTuple):
    status: int
    body: Any


# Method, address, headers, body; gives the portal's answer.
Call = Callable[[str, str, dict[str, str], bytes | None], Answer]


@dataclass
class EgovMobile:
    """``sign(bytes)`` gives the DER of a CMS. It knows nothing but what the QR code says: no session."""

    sign: Callable[[bytes], bytes]
    call: Call

    def scan(self, qr_text: str) -> dict[str, Any]:
        """API №1: who asks, and where the document is."""
        assert qr_text.startswith(PREFIX), qr_text
        answer = self.call("GET", qr_text.removeprefix(PREFIX), {}, None)
        assert answer.status == 200, answer
        asked: dict[str, Any] = answer.body
        return asked

    def fetch(self, asked: dict[str, Any]) -> Answer:
        """API №2, GET: what is to be signed."""
        return self.call("GET", asked["document"]["uri"], _authorization(asked), None)

    def put(self, asked: dict[str, Any], message: dict[str, Any]) -> Answer:
        """API №2, PUT: the same document with its data replaced by the signature."""
        headers = {"Content-Type": "application/json", **_authorization(asked)}
        return self.call("PUT", asked["document"]["uri"], headers, json.dumps(message).encode())

    def sign_what(self, qr_text: str) -> Answer:
        """The whole way; gives the portal's answer to the signature."""
        asked = self.scan(qr_text)
        return self.put(asked, self.signed(self.fetch(asked).body))

    def signed(self, documents: dict[str, Any]) -> dict[str, Any]:
        assert documents["signMethod"] in {"CMS_SIGN_ONLY", "CMS_WITH_DATA"}
        signed = copy.deepcopy(documents)
        for document in signed["documentsToSign"]:
            file = document["document"]["file"]
            file["data"] = base64.b64encode(self.sign(base64.b64decode(file["data"]))).decode()
        return signed


def in_process(client: Client) -> Call:
    def call(method: str, address: str, headers: dict[str, str], body: bytes | None) -> Answer:
        media_type = headers.get("Content-Type", "application/octet-stream")
        answer = client.generic(
            method, urlsplit(address).path, body or b"", content_type=media_type, headers=headers
        )
        is_json = "json" in answer.headers["Content-Type"]
        return Answer(answer.status_code, json.loads(answer.content) if is_json else answer.content)

    return call


def over_http(method: str, address: str, headers: dict[str, str], body: bytes | None) -> Answer:
    request = urllib.request.Request(address, data=body, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return Answer(answer.status, json.load(answer))
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read())


def _authorization(asked: dict[str, Any]) -> dict[str, str]:
    document = asked["document"]
    return {"Authorization": f"Bearer {document['auth_token']}"} if document["auth_type"] == "Token" else {}
