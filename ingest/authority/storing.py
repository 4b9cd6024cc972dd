"""An authority in a folder: ``authority.json``, and of each key ``NAME.cer`` (DER) and ``NAME.key``.

The keys are not encrypted: whoever holds them can sign as anybody of the demonstration, and as nobody else.
"""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from asn1crypto import x509

from ingest.authority.authority import Authority, utc_now
from ingest.authority.certificates import Certified
from ingest.authority.keys import read_key
from ingest.authority.register import Event, Reason, Register

STATE = "authority.json"
OWN = ("root", "issuing", "responder", "tsa")
OWNER_ONLY = 0o600


def save(authority: Authority, folder: Path) -> None:
    """Writes the authority; the folder is made if need be and is for its owner alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in OWN:
        save_certified(getattr(authority, name), folder, name)
    save_register(authority, folder)


def save_register(authority: Authority, folder: Path) -> None:
    """Writes what became of certificates in one step: who reads meanwhile finds the old or the new."""
    state = {
        "algorithm": authority.algorithm,
        "issued": sorted(f"{serial:x}" for serial in authority.register.issued),
        "events": [
            {"serial": f"{event.serial:x}", "reason": event.reason.name, "at": event.at.isoformat()}
            for event in authority.register.events
        ],
    }
    beside = folder / f"{STATE}.new"
    beside.write_text(json.dumps(state, indent=1) + "\n", encoding="utf-8")
    beside.replace(folder / STATE)


def load(folder: Path, *, clock: Callable[[], datetime] = utc_now) -> Authority:
    """The authority that was saved there; OSError or ValueError if it cannot be read."""
    state = json.loads((folder / STATE).read_text(encoding="utf-8"))
    root, issuing, responder, tsa = (load_certified(folder, name) for name in OWN)
    register = Register({int(serial, 16) for serial in state["issued"]}, list(map(_event, state["events"])))
    return Authority(state["algorithm"], root, issuing, responder, tsa, register, clock)


def save_certified(certified: Certified, folder: Path, name: str) -> None:
    (folder / f"{name}.cer").write_bytes(certified.certificate)
    key = folder / f"{name}.key"
    key.touch(mode=OWNER_ONLY)
    key.write_bytes(certified.key.stored())


def load_certified(folder: Path, name: str) -> Certified:
    certificate = (folder / f"{name}.cer").read_bytes()
    key = read_key((folder / f"{name}.key").read_bytes())
    body = x509.Certificate.load(certificate)["tbs_certificate"]
    subject, issuer = body["subject"].dump(), body["issuer"].dump()
    return Certified(certificate, key, subject, issuer, body["serial_number"].native)


def _event(stored: dict[str, str]) -> Event:
    return Event(int(stored["serial"], 16), Reason[stored["reason"]], datetime.fromisoformat(stored["at"]))
