"""``receipt.json``: the list of the other files with their sums. ``record.json``: what went on record.

The record is the very text that the log's entry commits to; so what stands there is as sure as the log.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geoportal.log.canonical import JSON, canonical_json, read_utc
from ingest.receipt.names import MANIFEST
from ingest.receipt.report import Damaged, Facts

FORMAT = 1
PENDING, REFUSED = "pending", "refused"


def manifest(files: Mapping[str, bytes], *, portal: str) -> bytes:
    """Of the files but itself."""
    listed: dict[str, JSON] = {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in files.items()
    }
    return canonical_json({"format": FORMAT, "portal": portal, "files": listed})


def require_listed(files: Mapping[str, bytes]) -> str:
    """That each file is as the manifest says, and none is missing; the portal it names.

    Raises Damaged (changed with the name, later_format).
    """
    try:
        found = json.loads(files[MANIFEST])
        listed, portal = found["files"], found["portal"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Damaged("changed", MANIFEST) from error
    if type(found.get("format")) is int and found["format"] > FORMAT:
        raise Damaged("later_format", MANIFEST)
    others = {name: content for name, content in files.items() if name != MANIFEST}
    if not isinstance(listed, dict) or not isinstance(portal, str):
        raise Damaged("changed", MANIFEST)
    for name in sorted(others.keys() | listed.keys()):
        content = others.get(name)
        if content is None or listed.get(name) != {
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }:
            raise Damaged("changed", name)
    # One list has one text.
    if manifest(others, portal=portal) != files[MANIFEST]:
        raise Damaged("changed", MANIFEST)
    return portal


@dataclass(frozen=True)
class Record:
    """``content`` is what the log's entry commits to (ingest/logged.py)."""

    content: Mapping[str, Any]

    @classmethod
    def read(cls, text: bytes) -> "Record":
        """Raises ValueError for what is no record, or not written in its one form."""
        try:
            content = json.loads(text)
            record = cls(content)
            record.facts("")
            is_same = canonical_json(content) == text
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError("not a record") from error
        if not is_same:
            raise ValueError("not a record as it is written")
        return record

    @property
    def state(self) -> str:
        """A record that says nothing of a decision is of a submission that is still being checked."""
        return str(self.content.get("state", PENDING))

    @property
    def event(self) -> str:
        return f"submission.{self.state}"

    @property
    def received_at(self) -> datetime:
        return read_utc(self.content["received_at"])

    @property
    def decided_at(self) -> datetime | None:
        found = self.content.get("decided_at")
        return read_utc(found) if found else None

    def facts(self, portal: str) -> Facts:
        content = self.content
        return Facts(
            submission=str(content["id"]),
            portal=portal,
            type=str(content["type"]),
            state=self.state,
            refusal=str(content.get("refusal", "")),
            received_at=self.received_at,
            decided_at=self.decided_at,
            algorithm=str(content["algorithm"]),
            reference_time=read_utc(content["reference_time"]),
            is_demo=content["is_demo"] is True,
            content_sha256=str(content["content_sha256"]),
            signature_sha256=str(content["signature_sha256"]),
        )
