"""Settings are read once a process, so each case is a process of its own."""

import json
import os
import subprocess
import sys

SCRIPT = """
import django; django.setup()
import json, sys
from django.test import Client
response = Client().get(
    "/healthz" if len(sys.argv) > 1 else "/about/",
    headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "map.example.kz", "Host": "inner.example.kz"},
)
request = response.wsgi_request
location = response.headers.get("Location")
print(json.dumps([response.status_code, request.scheme, request.get_host(), location]))
"""
PRODUCTION = {
    "GEOPORTAL_PRODUCTION": "1",
    "SECRET_KEY": "0aB-xyz9" * 10,
    "IIN_PEPPER": "9zyx-Ba0" * 4,
    "PORTAL_ORIGIN": "https://map.example.kz",
}
BOTH_HOSTS = "map.example.kz,inner.example.kz"


def asked(*arguments: str, **env: str) -> list[object]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "geoportal.settings", **env},
        capture_output=True,
        text=True,
        check=True,
    )
    answer: list[object] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_behind_a_proxy_its_word_on_scheme_and_host_counts() -> None:
    answer = asked("healthz", **PRODUCTION, ALLOWED_HOSTS="map.example.kz", BEHIND_PROXY="1")

    assert answer == [200, "https", "map.example.kz", None]


def test_without_a_proxy_nobody_can_claim_https_or_another_host() -> None:
    answer = asked(**PRODUCTION, ALLOWED_HOSTS=BOTH_HOSTS)

    assert answer == [301, "http", "inner.example.kz", "https://inner.example.kz/about/"]


def test_probes_are_answered_without_tls() -> None:
    assert asked("healthz", **PRODUCTION, ALLOWED_HOSTS=BOTH_HOSTS)[0] == 200
