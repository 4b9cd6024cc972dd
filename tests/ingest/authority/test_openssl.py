"""What the RSA half makes is accepted by OpenSSL, and what is wrong with it is refused there too."""

import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms as asn1_cms

from ingest.authority.authority import Authority
from ingest.authority.certificates import Certified
from ingest.authority.register import Reason
from tests.fakes.authority import citizen_of, head_of, somebody

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


def with_lists(tmp_path: Path, authority: Authority, anchors: Path) -> Path:
    """The anchors with the lists of root and issuing authority, and the changes since."""
    made = (authority.crl(), authority.delta(), authority.root_crl())
    return written(tmp_path, "lists.pem", anchors.read_bytes() + b"".join(pem(one, "crl") for one in made))


def is_valid(holder: Certified, lists: Path) -> subprocess.CompletedProcess[bytes]:
    strict = ("-x509_strict", "-crl_check_all", "-extended_crl", "-use_deltas")
    return openssl("verify", *strict, "-CAfile", lists, input=pem(holder.certificate))


def test_certificates_are_valid_and_not_revoked(
    rsa_authority: Authority, anchors: Path, tmp_path: Path
) -> None:
    lists = with_lists(tmp_path, rsa_authority, anchors)
    for holder in (citizen_of("rsa"), head_of("rsa"), rsa_authority.responder, rsa_authority.tsa):
        done = is_valid(holder, lists)
        assert done.returncode == 0, done.stderr


def test_a_revocation_of_today_stands_in_the_delta_and_one_of_yesterday_in_the_list(
    rsa_authority: Authority, anchors: Path, tmp_path: Path
) -> None:
    today = somebody(rsa_authority)
    rsa_authority.revoke(today, Reason.KEY_COMPROMISE)
    before = somebody(rsa_authority)
    rsa_authority.revoke(before, Reason.SUPERSEDED, at=rsa_authority.clock() - timedelta(days=1))
    listed = openssl("crl", "-inform", "DER", "-text", "-noout", input=rsa_authority.crl()).stdout.decode()
    changed = openssl("crl", "-inform", "DER", "-text", "-noout", input=rsa_authority.delta()).stdout.decode()
    assert (f"{before.serial:X}" in listed, f"{today.serial:X}" in listed) == (True, False)
    assert (f"{before.serial:X}" in changed, f"{today.serial:X}" in changed) == (False, True)
    assert "Superseded" in listed
    assert "Key Compromise" in changed
    lists = with_lists(tmp_path, rsa_authority, anchors)
    for holder in (today, before):
        assert b"certificate revoked" in is_valid(holder, lists).stderr


def test_a_hold_is_taken_back(rsa_authority: Authority, anchors: Path, tmp_path: Path) -> None:
    holder = somebody(rsa_authority)
    now = rsa_authority.clock()
    rsa_authority.revoke(holder, Reason.HOLD, at=now - timedelta(days=2))
    assert b"certificate revoked" in is_valid(holder, with_lists(tmp_path, rsa_authority, anchors)).stderr
    rsa_authority.revoke(holder, Reason.REMOVED)
    delta = openssl("crl", "-inform", "DER", "-text", "-noout", input=rsa_authority.delta()).stdout
    assert b"Remove From CRL" in delta
    assert is_valid(holder, with_lists(tmp_path, rsa_authority, anchors)).returncode == 0


@pytest.mark.parametrize("digest", ["-sha1", "-sha256"])
def test_the_responder_says_who_is_good_revoked_and_unknown(
    rsa_authority: Authority, anchors: Path, tmp_path: Path, digest: str
) -> None:
    revoked = somebody(rsa_authority)
    rsa_authority.revoke(revoked, Reason.HOLD)
    asked = {
        "good": citizen_of("rsa"),
        "revoked": revoked,
        "unknown": replace(citizen_of("rsa"), serial=1),
    }
    issuer = written(tmp_path, "issuer.pem", pem(rsa_authority.issuing.certificate))
    for state, holder in asked.items():
        request = tmp_path / "request.der"
        subject = ("-issuer", issuer, digest, "-serial", f"0x{holder.serial:x}")
        openssl("ocsp", *subject, "-nonce", "-reqout", request)
        answer = written(tmp_path, "answer.der", rsa_authority.ocsp(request.read_bytes()))
        # -no_nonce: adds no second nonce to the request that was read, whose own is still compared.
        done = openssl(
            *("ocsp", "-reqin", request, "-no_nonce", "-respin", answer, "-CAfile", anchors), *subject
        )
        assert b"Response verify OK" in done.stderr
        assert b"WARNING: no nonce" not in done.stderr
        assert f": {state}".encode() in done.stdout


def test_the_responder_speaks_only_for_its_own_authority(
    rsa_authority: Authority, gost_authority: Authority, tmp_path: Path
) -> None:
    issuer = written(tmp_path, "issuer.pem", pem(rsa_authority.issuing.certificate))
    openssl("ocsp", "-issuer", issuer, "-serial", "1", "-reqout", tmp_path / "request.der")
    request = (tmp_path / "request.der").read_bytes()
    for refused, answer in (
        (b"unauthorized", gost_authority.ocsp(request)),
        (b"malformedrequest", rsa_authority.ocsp(b"garbage")),
    ):
        done = openssl("ocsp", "-respin", written(tmp_path, "answer.der", answer))
        assert refused in done.stderr.lower() + done.stdout.lower()


@pytest.mark.parametrize("options", [(), ("-no_nonce",), ("-cert",)])
def test_timestamps_verify(
    rsa_authority: Authority, anchors: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    content = written(tmp_path, "content.txt", TEXT)
    request = tmp_path / "request.tsq"
    openssl("ts", "-query", "-data", content, "-sha256", *options, "-out", request)
    answer = written(tmp_path, "answer.tsr", rsa_authority.timestamp(request.read_bytes()))
    tsa = written(tmp_path, "tsa.pem", pem(rsa_authority.tsa.certificate))
    done = openssl(
        *("ts", "-verify", "-queryfile", request, "-in", answer, "-CAfile", anchors, "-untrusted", tsa)
    )
    assert b"Verification: OK" in done.stdout, done.stderr
    said = openssl("ts", "-reply", "-in", answer, "-text").stdout
    assert b"Policy OID: 1.2.398.3.3.2.6.2" in said


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("-sha512",), b"unrecognized or unsupported algorithm"),
        (("-sha256", "-tspolicy", "1.2.3"), b"the requested tsa policy is not supported"),
    ],
)
def test_a_timestamp_that_cannot_be_given_is_refused_with_the_reason(
    rsa_authority: Authority, tmp_path: Path, options: tuple[str, ...], reason: bytes
) -> None:
    content, request = written(tmp_path, "content.txt", TEXT), tmp_path / "request.tsq"
    openssl("ts", "-query", "-data", content, *options, "-out", request)
    answer = written(tmp_path, "answer.tsr", rsa_authority.timestamp(request.read_bytes()))
    assert reason in openssl("ts", "-reply", "-in", answer, "-text").stdout.lower()
    garbage = written(tmp_path, "answer.tsr", rsa_authority.timestamp(b"garbage"))
    assert (
        b"data submitted has the wrong format"
        in openssl("ts", "-reply", "-in", garbage, "-text").stdout.lower()
    )


def test_the_timestamp_in_a_signature_is_over_its_octets(anchors: Path, tmp_path: Path) -> None:
    """RFC 5126 6.1.1: the imprint is that of the value of the signature, without tag and length."""
    data = asn1_cms.ContentInfo.load(citizen_of("rsa").sign(TEXT))["content"]
    signer = data["signer_infos"][0]
    token = signer["unsigned_attrs"][0]["values"][0].dump()
    octets = written(tmp_path, "octets.bin", signer["signature"].native)
    file = written(tmp_path, "token.der", token)
    done = openssl("ts", "-verify", "-data", octets, "-token_in", "-in", file, "-CAfile", anchors)
    assert b"Verification: OK" in done.stdout, done.stderr
