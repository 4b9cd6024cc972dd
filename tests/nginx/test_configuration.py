"""The file itself: nginx takes it, and it says what the portal says."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from geoportal.own_writes import COOKIE
from layers.catalogue import COLLECTIONS
from tests.nginx.running import SHIPPED, checked, written

TEXT = SHIPPED.read_text()


def test_nginx_takes_it_without_a_warning(folder: Path) -> None:
    main, _port = written(folder, upstream=8000)
    done = checked(main)
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr.replace('"user" directive', "")


def test_it_takes_the_lines_for_tls_as_well(folder: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=map.example.kz"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    for file in (key, certificate):
        file.chmod(0o644)
    # As the file says: its comment signs away, and the plain `listen 80;` of server 1 gone.
    text = TEXT.replace("\n    listen 80;\n    # listen 443", "\n    # listen 443")
    text = re.sub(
        r"^(    )?# (server \{|\}|    listen|    server_name|    return|listen|ssl_)",
        r"\1\2",
        text,
        flags=re.M,
    )
    text = re.sub(r"/etc/letsencrypt/\S+/fullchain\.pem", str(certificate), text)
    text = re.sub(r"/etc/letsencrypt/\S+/privkey\.pem", str(key), text)
    text = re.sub(
        r"\[::\]:80;|\[::\]:443",
        lambda found: found[0].replace(":80", ":8480").replace(":443", ":8443"),
        text,
    )
    text = text.replace("listen 443", "listen 127.0.0.1:8443")
    assert text.count("ssl http2;") == 2
    main, _port = written(folder, upstream=8000, text=text)
    done = checked(main)
    assert done.returncode == 0, done.stderr


def test_it_knows_the_cookies_that_make_somebody_of_a_reader() -> None:
    assert {f"cookie_{settings.SESSION_COOKIE_NAME}", f"cookie_{COOKIE}"} == set(
        re.findall(r"\$(cookie_\w+)", TEXT)
    )


def test_it_knows_every_collection() -> None:
    for found in re.findall(r"\(problems[a-z|]+\)", TEXT):
        assert set(found.strip("()").split("|")) == set(COLLECTIONS)


def test_it_names_every_placeholder_once_so_that_it_is_easily_changed() -> None:
    assert len(re.findall(r"^    server 127\.0\.0\.1:8000;", TEXT, re.MULTILINE)) == 1
    assert len(re.findall(r"^    server_name map\.example\.kz;", TEXT, re.MULTILINE)) == 1
