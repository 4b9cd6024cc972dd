"""The sources of revocation over HTTP, and what becomes of a signature when they fail."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus

import pytest

from ingest.authority import profiles
from ingest.authority.authority import Authority
from ingest.authority.der import octets
from ingest.authority.profiles import Algorithm
from ingest.authority.register import Reason
from ingest.authority.server import serving
from ingest.authority.site import OCSP_PATH, Reply, Respond, Site
from ingest.eds.fetch import HttpSources
from ingest.eds.sources import Sources, Unreachable
from tests.fakes.authority import authority_of, citizen_of, somebody
from tests.ingest.eds.verifying import ACCEPTED, PENDING, TEXT, Answers, outcome

# Long where an answer is to come, since the machine may be busy; short where none will.
PATIENCE_S, SHORT_S = 10.0, 0.3


def sources_at(
    address: str, authority: Authority, *, lists: bool = True, timeout_s: float = PATIENCE_S
) -> HttpSources:
    issuer = authority.issuing.fingerprint
    return HttpSources(
        ocsp_url=address + OCSP_PATH,
        crl_urls={issuer: address + profiles.crl_path(authority.algorithm)},
        delta_urls={issuer: address + profiles.delta_path(authority.algorithm)},
        timeout_s=timeout_s,
        lists=lists,
    )


@contextmanager
def site(faults: Mapping[str, Respond], *, lists: bool = True) -> Iterator[HttpSources]:
    """The site of the RSA authority, with faults in place of ``ocsp``, ``crl`` or ``delta``."""
    authority = authority_of("rsa")
    good = Site((authority,))
    paths = {"ocsp": OCSP_PATH, "crl": profiles.crl_path("rsa"), "delta": profiles.delta_path("rsa")}
    wrong = {paths[name]: fault for name, fault in faults.items()}
    with serving(lambda method, path, body: wrong.get(path, good)(method, path, body)) as address:
        timeout_s = SHORT_S if hangs in faults.values() else PATIENCE_S
        yield sources_at(address, authority, lists=lists, timeout_s=timeout_s)


def says(body: bytes = b"", **rest: object) -> Respond:
    return lambda *_: Reply(body, **rest)  # type: ignore[arg-type]


def hangs(*_: object) -> Reply:
    """Longer than anybody waits; nobody waits for the thread either."""
    threading.Event().wait(5)
    return Reply()


def answers(make: Callable[[Authority, bytes], bytes]) -> Respond:
    return lambda method, path, body: Reply(make(authority_of("rsa"), body))


def an_hour_ago(authority: Authority) -> Authority:
    return authority.at(authority.clock() - timedelta(hours=1))


def last_week(authority: Authority) -> Authority:
    return authority.at(authority.clock() - timedelta(days=7))


BUSY = says(status=HTTPStatus.SERVICE_UNAVAILABLE)
REDIRECT = says(status=HTTPStatus.SEE_OTHER, location="http://127.0.0.1:9/")
STALE_LIST = answers(lambda authority, _: last_week(authority).crl())

FAULTS: dict[str, tuple[str, dict[str, Respond]]] = {
    "all is well": (ACCEPTED, {}),
    "ocsp is busy": (ACCEPTED, {"ocsp": BUSY}),
    "ocsp is silent": (ACCEPTED, {"ocsp": hangs}),
    "ocsp leads elsewhere": (ACCEPTED, {"ocsp": REDIRECT}),
    "ocsp and the lists are busy": (PENDING, {"ocsp": BUSY, "crl": BUSY}),
    "ocsp and the changes are busy": (PENDING, {"ocsp": BUSY, "delta": BUSY}),
    "ocsp and the lists are silent": (PENDING, {"ocsp": hangs, "crl": hangs}),
    "ocsp and the lists lead elsewhere": (PENDING, {"ocsp": REDIRECT, "crl": REDIRECT}),
    "the list is not there": (PENDING, {"ocsp": BUSY, "crl": says(status=HTTPStatus.NOT_FOUND)}),
    "the list is of last week": ("crl_stale", {"ocsp": BUSY, "crl": STALE_LIST}),
    "the list is a web page": ("crl_malformed", {"ocsp": BUSY, "crl": says(b"<html>")}),
    "the list is empty": ("crl_malformed", {"ocsp": BUSY, "crl": says()}),
    "ocsp is empty": ("ocsp_malformed", {"ocsp": says()}),
    "ocsp is a web page": ("ocsp_malformed", {"ocsp": says(b"<html>")}),
    "ocsp is huge": ("ocsp_malformed", {"ocsp": says(octets(b"\x00" * 2_000_000))}),
    "ocsp is stale": ("ocsp_stale", {"ocsp": answers(lambda a, request: an_hour_ago(a).ocsp(request))}),
    "ocsp has another nonce": (
        "ocsp_nonce",
        {"ocsp": answers(lambda a, request: a.ocsp(request, nonce=octets(b"0123456789abcdef")))},
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_silence_is_waited_out_and_a_wrong_answer_refused(name: str) -> None:
    """Never accepted: what fails leaves the signature pending, and what is wrong refuses it."""
    expected, faults = FAULTS[name]
    with site(faults) as sources:
        assert outcome(citizen_of("rsa").sign(TEXT, timestamp=False), sources=sources) == expected


def test_who_waits_is_not_kept_for_the_lists() -> None:
    with site({"ocsp": BUSY}, lists=False) as sources:
        assert outcome(citizen_of("rsa").sign(TEXT, timestamp=False), sources=sources) == PENDING


def test_nobody_listens(algorithm: Algorithm) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        sources = sources_at(f"http://127.0.0.1:{taken.getsockname()[1]}", authority_of(algorithm))
        assert outcome(citizen_of(algorithm).sign(TEXT), sources=sources) == PENDING


def test_an_answer_that_never_ends_is_silence() -> None:
    """A byte now and then keeps every single wait short."""

    def drip(connection: socket.socket, stop: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not stop.wait(SHORT_S / 4):
            connection.sendall(b"0")

    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    drip(connection, stop)
                except ConnectionError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        sources = sources_at(address, authority_of("rsa"), timeout_s=SHORT_S)
        with pytest.raises(Unreachable):
            sources.ocsp(issuer=authority_of("rsa").issuing.fingerprint, request=b"question")
        stop.set()
        thread.join()


def test_a_key_revoked_during_an_outage_of_ocsp_is_found_in_the_changes() -> None:
    authority = authority_of("rsa")
    holder = somebody(authority)
    authority.revoke(holder, Reason.KEY_COMPROMISE)
    with site({"ocsp": BUSY}) as sources:
        assert outcome(holder.sign(TEXT), sources=sources) == "revoked"


def test_what_was_pending_is_accepted_when_the_authority_is_back() -> None:
    signature = citizen_of("rsa").sign(TEXT, timestamp=False)
    broken: Sources
    with site({"ocsp": BUSY, "crl": BUSY}) as broken:
        assert outcome(signature, sources=broken) == PENDING
    assert outcome(signature, sources=Answers(authority_of("rsa"))) == ACCEPTED


def test_no_answer_leads_the_portal_elsewhere() -> None:
    """A redirect to a machine of the operator's network is not followed (SSRF)."""
    asked: list[str] = []

    def note(method: str, path: str, body: bytes) -> Reply:
        asked.append(path)
        return Reply()

    with serving(note) as inside:
        there = says(status=HTTPStatus.FOUND, location=f"{inside}/secret")
        with site(dict.fromkeys(("ocsp", "crl", "delta"), there)) as sources:
            assert outcome(citizen_of("rsa").sign(TEXT, timestamp=False), sources=sources) == PENDING
    assert asked == []
