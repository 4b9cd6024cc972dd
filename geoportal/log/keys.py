"""Private keys of the log: files in one folder, named by their public key, never in the database.

Several are there during a rotation and after it, until the operator takes the old one away.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.utils.translation import gettext as _

from geoportal.log.note import Signer, Verifier
from geoportal.log.refusals import LogRefused

ENDING = ".pem"


@dataclass(frozen=True)
class KeyFolder:
    """The keys of the log called ``origin``."""

    folder: Path
    origin: str

    def signer_of(self, verifier: Verifier) -> Signer:
        """The private key to a public one. Raises LogRefused (no_key)."""
        path = self.folder / _name(verifier.public)
        if not path.is_file():
            raise LogRefused(
                _("The key that signs the log (%(key)s) is not in LOG_KEY_DIR.") % {"key": path.name},
                code="no_key",
            )
        signer = self._read(path)
        if signer.verifier.public != verifier.public:
            raise LogRefused(
                _("%(file)s in LOG_KEY_DIR holds another key than its name says.") % {"file": path.name},
                code="no_key",
            )
        return signer

    def only(self, *, may_make: bool) -> Signer:
        """The key that a new log begins with; ``may_make``: make one where there is none.

        Raises LogRefused (no_key, several_keys).
        """
        found = self.files()
        if len(found) > 1:
            raise LogRefused(
                _("LOG_KEY_DIR has several keys, and the log has none yet. Leave one there."),
                code="several_keys",
            )
        if found:
            return self._read(found[0])
        if may_make:
            return self.make()
        raise LogRefused(
            _("LOG_KEY_DIR has no key. Make one: geoportal make_log_key"),
            code="no_key",
        )

    def files(self) -> list[Path]:
        return sorted(self.folder.glob(f"*{ENDING}"))

    def verifiers(self) -> list[Verifier]:
        """The public halves of all that are there. Raises LogRefused (no_key)."""
        return [self._read(path).verifier for path in self.files()]

    def make(self) -> Signer:
        """A new key, on the disk before it is used; its owner alone can read it."""
        signer = Signer(self.origin, Ed25519PrivateKey.generate())
        pem = signer.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(self.folder / _name(signer.verifier.public), pem)
        return signer

    def _read(self, path: Path) -> Signer:
        try:
            private = load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as error:
            raise LogRefused(
                _("%(file)s in LOG_KEY_DIR cannot be read as a key.") % {"file": path.name}, code="no_key"
            ) from error
        if not isinstance(private, Ed25519PrivateKey):
            raise LogRefused(
                _("%(file)s in LOG_KEY_DIR is no key of Ed25519.") % {"file": path.name}, code="no_key"
            )
        return Signer(self.origin, private)


def _name(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16] + ENDING


def write_durably(path: Path, content: bytes) -> None:
    """Whole or not at all, also when the power fails: a new file, flushed, that takes the old one's place."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
