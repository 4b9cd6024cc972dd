"""NCALayer as a browser meets it at wss://127.0.0.1:13579/, by recordings of its protocol.

Sources: the answers recorded by ncalayer-js-client (test/test-data.json) and by the open reimplementation
ncalayer-rs ("taken from a live NCALayer 1.4"); the official example of pkigovkz (NCALayerJSExample).
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

ADDRESS = "wss://127.0.0.1:13579/"
HEARTBEAT = "--heartbeat--"
LINE = 64
UNKNOWN_MODULE = {"success": False, "errorCode": "MODULE_NOT_FOUND"}


class Mood(Enum):
    """What it does when it is asked to sign."""

    ARRAY = "NCALayer 1.4: an array with one PEM"
    STRING = "older ones: one PEM as a string"
    BASE64 = "base64 without the PEM's lines"
    CANCELLED = "the person closed its window"
    ERROR = "it could not sign"
    OLD = "it has no module basics"
    DROP = "it closes the connection"
    SILENT = "its window stays open"
    NONSENSE = "an answer that is no JSON"
    DEAF = "it takes the connection and says nothing, not even its greeting"


@dataclass
class NCALayer:
    """``sign(bytes)`` gives the DER of a detached CMS; ``requests`` are all that it was asked, parsed."""

    sign: Callable[[bytes], bytes]
    mood: Mood = Mood.ARRAY
    version: str = "1.4"
    requests: list[Any] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        """Answers the page's connections; before the page is opened."""
        page.route_web_socket(ADDRESS, self.meet)

    def meet(self, route: WebSocketRoute) -> None:
        route.on_message(lambda message: self.hear(route, str(message)))
        if self.mood is not Mood.DEAF:
            route.send(json.dumps({"result": {"version": self.version}}))

    def hear(self, route: WebSocketRoute, message: str) -> None:
        if message == HEARTBEAT:
            route.send(HEARTBEAT)
            return
        asked = json.loads(message)
        self.requests.append(asked)
        signs = asked["module"] == "kz.gov.pki.knca.basics" and asked["method"] == "sign"
        if signs and self.mood is Mood.DROP:
            route.close(code=1001, reason="going away")
        elif signs and self.mood is Mood.NONSENSE:
            route.send("Internal error")
        elif not signs or self.mood is Mood.OLD:
            route.send(json.dumps(UNKNOWN_MODULE))
        elif self.mood is not Mood.SILENT:
            route.send(json.dumps(self.answer(asked["args"])))

    def answer(self, args: dict[str, Any]) -> dict[str, Any]:
        if self.mood is Mood.CANCELLED:
            return {"status": True, "body": {}}
        if self.mood is Mood.ERROR:
            return failure("SIGNING_FAILURE", "The key cannot be used")
        params = args["signingParams"]
        if args["format"] != "cms" or params["encapsulate"] or params["digested"]:
            return failure("INVALID_SIGNING_PARAMS", "This fake makes detached CMS alone")
        # Without ``decode`` the base64 text itself is signed.
        data = base64.b64decode(args["data"]) if params["decode"] else args["data"].encode()
        signature = base64.b64encode(self.sign(data)).decode()
        if self.mood is Mood.BASE64:
            return {"status": True, "body": {"result": [signature]}}
        lines = [signature[start : start + LINE] for start in range(0, len(signature), LINE)]
        pem = "\n".join(["-----BEGIN CMS-----", *lines, "-----END CMS-----", ""])
        return {"status": True, "body": {"result": pem if self.mood is Mood.STRING else [pem]}}


def failure(code: str, message: str) -> dict[str, Any]:
    return {"status": False, "code": code, "message": message, "details": ""}
