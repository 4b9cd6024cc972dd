"""Signed notes and checkpoints, as c2sp.org/signed-note and c2sp.org/tlog-checkpoint define them."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
# Verifiers must take 16 signatures at least; nobody sends us more, or longer lines.
MOST_SIGNATURES = 16
MOST_BYTES = 16_384
SIGNATURE_LINE = re.compile(r"— (\S+) ([A-Za-z0-9+/]+=*)")
# Control characters, of which the upper ones (C1) command terminals too, and halves of surrogate pairs.
NOT_IN_NOTES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
NAME = re.compile(r"[^\s+\x00-\x1f\x7f-\x9f]+")


class BadNote(ValueError):
    """Not a note, not a checkpoint, or not signed by whom it should be."""


@dataclass(frozen=True)
class Verifier:
    """A public key with its name: the log's origin."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """Reads ``name+id+key``. Raises BadNote."""
        try:
            name, found, encoded = text.strip().split("+", 2)
            key = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error) as error:
            raise BadNote("not a verifier key (name+id+key)") from error
        verifier = cls(name, key[1:])
        if key[:1] != ED25519 or len(key) != 33 or not NAME.fullmatch(name) or verifier.id.hex() != found:
            raise BadNote("not a verifier key of Ed25519, or its parts do not belong together")
        return verifier

    def verifies(self, text: str, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Signer:
    name: str
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self.private.public_key().public_bytes_raw())


@dataclass(frozen=True)
class Checkpoint:
    """The head of a tree: whose, how many leaves, the root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Raises BadNote. Extension lines are refused: ours has none, and none can be audited."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0] or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]):
            raise BadNote("not a checkpoint")
        try:
            root = base64.b64decode(lines[2], validate=True)
        except binascii.Error as error:
            raise BadNote("not a checkpoint: its root is not base64") from error
        checkpoint = cls(lines[0], int(lines[1]), root)
        if len(root) != 32 or checkpoint.text != text:
            raise BadNote("not a checkpoint as it is written")
        return checkpoint


def sign(text: str, signers: Iterable[Signer]) -> str:
    lines = []
    for signer in signers:
        signature = signer.verifier.id + signer.private.sign(text.encode())
        lines.append(f"— {signer.name} {base64.b64encode(signature).decode()}\n")
    return f"{text}\n{''.join(lines)}"


def open_note(note: str, verifiers: Iterable[Verifier]) -> tuple[str, list[Verifier]]:
    """The text, and who of ``verifiers`` has signed it (at least one).

    Raises BadNote when the form is wrong, a signature of a known key does not hold, or nobody known signed.
    Signatures of unknown keys are passed over, as the specification asks.
    """
    text, signatures = _split(note)
    known = {(verifier.name, verifier.id): verifier for verifier in verifiers}
    found = []
    for name, signature in signatures:
        verifier = known.get((name, signature[:4]))
        if verifier is None or verifier in found:
            continue
        if not verifier.verifies(text, signature[4:]):
            raise BadNote(f"the signature of {verifier.name} ({verifier.id.hex()}) does not hold")
        found.append(verifier)
    if not found:
        raise BadNote("no known key has signed this")
    return text, found


def open_checkpoint(note: str, verifiers: Iterable[Verifier]) -> tuple[Checkpoint, list[Verifier]]:
    """The same for a checkpoint."""
    text, signed_by = open_note(note, verifiers)
    return Checkpoint.parse(text), signed_by


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    if len(note.encode(errors="replace")) > MOST_BYTES or NOT_IN_NOTES.search(note):
        raise BadNote("not a signed note")
    text, separator, below = note.rpartition("\n\n")
    lines = below.split("\n")
    if not separator or not text or lines.pop() or not 1 <= len(lines) <= MOST_SIGNATURES:
        raise BadNote("not a signed note")
    signatures = []
    for line in lines:
        match = SIGNATURE_LINE.fullmatch(line)
        try:
            signature = base64.b64decode(match[2], validate=True) if match else b""
        except binascii.Error:
            signature = b""
        if match is None or len(signature) < 5:
            raise BadNote("not a signed note: a signature line cannot be read")
        signatures.append((match[1], signature))
    return f"{text}\n", signatures
