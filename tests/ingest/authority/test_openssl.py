"""What the RSA half makes is accepted by OpenSSL, and what is wrong with it is refused there too."""

import subprocess
from pathlib import Path

import pytest

from ingest.authority.authority import Authority
from tests.fakes.authority import citizen_of

TEXT = "Көшеде жарық жоқ".encode()


def openssl(*arguments: str | Path, input: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *map(str, arguments)], input=input, capture_output=True, timeout=60)


def pem(der: bytes, kind: str = "x509") -> bytes:
    return openssl(kind, "-inform", "DER", input=der).stdout


@pytest.fixture(scope="module")
def anchors(rsa_authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Root and issuing authority in one file."""
    file = tmp_path_factory.mktemp("anchors") / "anchors.pem"
    file.write_bytes(pem(rsa_authority.root.certificate) + pem(rsa_authority.issuing.certificate))
    return file


def written(tmp_path: Path, name: str, content: bytes) -> Path:
    file = tmp_path / name
    file.write_bytes(content)
    return file


def test_a_detached_signature_verifies(anchors: Path, tmp_path: Path) -> None:
    signature = written(tmp_path, "signature.der", citizen_of("rsa").sign(TEXT))
    content = written(tmp_path, "content.txt", TEXT)
    command = ("cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", signature)
    done = openssl(*command, "-content", content, "-CAfile", anchors, "-purpose", "smimesign")
    assert done.returncode == 0, done.stderr
    content.write_bytes(TEXT + b"!")
    assert openssl(*command, "-content", content, "-CAfile", anchors).returncode != 0


def test_an_attached_signature_carries_its_text(anchors: Path) -> None:
    signature = citizen_of("rsa").sign(TEXT, attached=True)
    done = openssl(
        *("cms", "-verify", "-cades", "-binary", "-inform", "DER", "-CAfile", anchors), input=signature
    )
    assert (done.returncode, done.stdout) == (0, TEXT)
