"""The authority over HTTP, and the command that shows, exports and serves it."""

import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import load_der_x509_crl, ocsp
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from ingest.authority.authority import Authority
from ingest.authority.server import LARGEST_REQUEST, serving
from ingest.authority.site import Site
from ingest.demo_authority import demo_holder, demo_people
from tests.fakes.authority import citizen_of
from tests.ingest.authority.test_oracles import request_about


@pytest.fixture(scope="module")
def address(gost_authority: Authority, rsa_authority: Authority) -> Iterator[str]:
    with serving(Site((gost_authority, rsa_authority))) as address:
        yield address


def asked(address: str, body: bytes | None = None) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(address, data=body), timeout=10) as answer:
        content: bytes = answer.read()
        return content


def test_one_address_answers_for_both_authorities(
    address: str, gost_authority: Authority, rsa_authority: Authority
) -> None:
    for authority in (gost_authority, rsa_authority):
        serial = citizen_of(authority.algorithm).serial
        answer = asked(f"{address}/ocsp/", request_about(authority, serial))
        assert ocsp.load_der_ocsp_response(answer).certificate_status is ocsp.OCSPCertStatus.GOOD
        for path in ("nca_{}.crl", "nca_d_{}.crl"):
            listed = asked(f"{address}/crl/{path.format(authority.algorithm)}")
            assert load_der_x509_crl(listed).signature_algorithm_oid.dotted_string
        assert asked(f"{address}/cert/nca_{authority.algorithm}.cer") == authority.issuing.certificate


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [("/nothing", None, 404), ("/nothing", b"", 404), ("/ocsp/", b"0" * (LARGEST_REQUEST + 1), 413)],
)
def test_what_it_does_not_serve_it_refuses(address: str, path: str, body: bytes | None, status: int) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        asked(address + path, body)
    refused.value.close()
    assert refused.value.code == status


@pytest.mark.parametrize("path", ["/ocsp/", "/tsp/"])
def test_a_request_that_cannot_be_read_gets_an_answer_that_says_so(address: str, path: str) -> None:
    assert len(asked(address + path, b"\x30\x03garbage")) < 16


def test_the_command_exports_keys_that_open(tmp_path: Path) -> None:
    out = StringIO()
    call_command("demo_authority", export=tmp_path / "new", stdout=out)
    assert "demonstration" in out.getvalue()
    for person in demo_people():
        assert person.iin not in out.getvalue()
        assert (tmp_path / "new" / f"{person.key}.cer").read_bytes() == demo_holder(person.key).certificate
    keys = sorted((tmp_path / "new").glob("*.p12"))
    assert {key.stem for key in keys} == {one.key for one in demo_people() if one.algorithm == "rsa"}
    for key in keys:
        opened = pkcs12.load_pkcs12(key.read_bytes(), b"demonstration")
        assert opened.key is not None
        assert len(opened.additional_certs) == 2


def test_the_command_says_what_is_wrong(tmp_path: Path, settings: LazySettings) -> None:
    whole = settings.DEMO_AUTHORITY_DIR
    (tmp_path / "file").touch()
    settings.DEMO_AUTHORITY_DIR = tmp_path / "file" / "new"
    with pytest.raises(CommandError, match="DEMO_AUTHORITY_DIR"):
        call_command("demo_authority", stdout=StringIO())
    (tmp_path / "half" / "gost").mkdir(parents=True)
    (tmp_path / "half" / "gost" / "authority.json").write_text("{")
    settings.DEMO_AUTHORITY_DIR = tmp_path / "half"
    with pytest.raises(CommandError, match="DEMO_AUTHORITY_DIR"):
        call_command("demo_authority", stdout=StringIO())
    settings.DEMO_AUTHORITY_DIR = whole
    with pytest.raises(CommandError, match="file"):
        call_command("demo_authority", export=tmp_path / "file" / "new", stdout=StringIO())
    settings.DEMO_AUTHORITY = False
    with pytest.raises(CommandError, match="DEMO_AUTHORITY is off"):
        call_command("demo_authority", stdout=StringIO())


def test_the_command_serves_until_it_is_stopped() -> None:
    # Whoever runs the tests in the background may have left Ctrl-C ignored, which children inherit.
    heeding = ["env", "--default-signal=INT"]
    command = [*heeding, sys.executable, "-m", "django", "demo_authority", "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        addresses: list[str] = []
        for line in process.stdout:
            addresses += re.findall(r"^http://127\.0\.0\.1:\d+/.*crl$", line.strip())
            if len(addresses) == 4:
                break
        assert load_der_x509_crl(asked(addresses[0])).next_update_utc is not None
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0
