"""Asking over HTTP: what counts as silence, and what as an answer however bad."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

import pytest

from ingest.authority.authority import Authority
from ingest.authority.profiles import crl_path, delta_path
from ingest.authority.server import serving
from ingest.authority.site import OCSP_PATH, Reply, Respond, Site
from ingest.eds import ocsp
from ingest.eds.fetch import HttpSources, exchange
from ingest.eds.refusals import Refusal
from ingest.eds.sources import Unreachable
from tests.fakes.authority import citizen_of
from tests.ingest.eds.asking import CONTENT, policy_of, verified


def sources_at(
    address: str, authority: Authority, *, lists: bool = True, timeout_s: float = 5
) -> HttpSources:
    issuer, algorithm = authority.issuing.fingerprint, authority.algorithm
    return HttpSources(
        ocsp_url=address + OCSP_PATH,
        crl_urls={issuer: address + crl_path(algorithm)},
        delta_urls={issuer: address + delta_path(algorithm)},
        timeout_s=timeout_s,
        lists=lists,
    )


def always(reply: Reply) -> Respond:
    return lambda method, path, body: reply


def only_lists(site: Site) -> Respond:
    def respond(method: str, path: str, body: bytes) -> Reply:
        return Reply(status=HTTPStatus.SERVICE_UNAVAILABLE) if method == "POST" else site(method, path, body)

    return respond


def test_a_signature_is_verified_over_the_network(authority: Authority) -> None:
    signature = citizen_of(authority.algorithm).sign(CONTENT)
    with serving(Site((authority,))) as address:
        result = verified(signature, policy_of(authority), sources_at(address, authority))
    assert result.pending is None
    assert result.evidence.ocsp


def test_lists_are_fetched_when_the_responder_is_down_and_only_if_allowed(rsa_authority: Authority) -> None:
    signature, policy = citizen_of("rsa").sign(CONTENT), policy_of(rsa_authority)
    with serving(only_lists(Site((rsa_authority,)))) as address:
        job = verified(signature, policy, sources_at(address, rsa_authority))
        request = verified(signature, policy, sources_at(address, rsa_authority, lists=False))
    assert (job.pending, len(job.evidence.crls)) == (None, 2)
    assert request.pending == "revocation_unreachable"


def test_a_list_in_hand_is_not_fetched_again(rsa_authority: Authority) -> None:
    asked: list[str] = []

    def respond(method: str, path: str, body: bytes) -> Reply:
        asked.append(path)
        return Reply(b"list")

    with serving(respond) as address:
        sources = sources_at(address, rsa_authority)
        for _ in range(3):
            assert sources.crl(issuer=rsa_authority.issuing.fingerprint) == b"list"
    assert len(asked) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=HTTPStatus.FOUND, location="http://127.0.0.1:1/"),
        Reply(status=HTTPStatus.SEE_OTHER, location="/ocsp/"),
        Reply(b"sorry", status=HTTPStatus.INTERNAL_SERVER_ERROR),
        Reply(b"no", status=HTTPStatus.NOT_FOUND),
    ],
)
def test_a_redirect_or_an_error_is_silence(rsa_authority: Authority, reply: Reply) -> None:
    with serving(always(reply)) as address, pytest.raises(Unreachable):
        sources_at(address, rsa_authority).ocsp(issuer="", request=b"question")


def test_an_answer_that_is_too_large_is_refused_and_no_silence(rsa_authority: Authority) -> None:
    huge = Reply(b"\x30" * (ocsp.MAX_BYTES * 4))
    with serving(always(huge)) as address:
        sources = sources_at(address, rsa_authority)
        assert len(sources.ocsp(issuer="", request=b"question")) == ocsp.MAX_BYTES + 1
        with pytest.raises(Refusal) as refused:
            verified(citizen_of("rsa").sign(CONTENT), policy_of(rsa_authority), sources)
    assert refused.value.code == "ocsp_malformed"


def test_an_authority_that_the_settings_do_not_name_has_no_list(rsa_authority: Authority) -> None:
    sources = sources_at("http://127.0.0.1:1", rsa_authority)
    with pytest.raises(Unreachable):
        sources.crl(issuer="0" * 64)
    assert sources.delta(issuer="0" * 64) is None


@contextmanager
def speaking(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does not speak HTTP as it should, for one connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def run() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                talk(connection)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        thread.join(timeout=5)


def silent_until_hung_up(connection: socket.socket) -> None:
    connection.recv(1)


def dripping(head: bytes, again: bytes = b"x") -> Callable[[socket.socket], None]:
    """Sends ``head``, and then ``again`` now and then, each in time, for ever."""

    def drip(connection: socket.socket) -> None:
        hung_up = threading.Event()
        try:
            connection.sendall(head)
            while not hung_up.wait(0.01):
                connection.sendall(again)
        except OSError:
            return

    return drip


OK = b"HTTP/1.1 200 OK\r\n"
DRIPS = {
    "a_body": dripping(OK + b"Content-Length: 1000\r\n\r\n"),
    # Whoever is cut off must not pass for who has ended.
    "a_body_without_an_end": dripping(OK + b"\r\n"),
    # The time for a whole answer is for its head as well.
    "a_head": dripping(OK + b"X-Long: "),
    # http.client reads on behind each of these.
    "promises": dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


def garbage(connection: socket.socket) -> None:
    connection.sendall(b"\x00\xff garbage\r\n\r\n")


def cut_short(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort")


@pytest.mark.parametrize(
    "talk",
    [
        silent_until_hung_up,
        *(pytest.param(drip, id=name) for name, drip in DRIPS.items()),
        garbage,
        cut_short,
    ],
)
def test_what_is_no_whole_answer_in_time_is_silence(talk: Callable[[socket.socket], None]) -> None:
    with speaking(talk) as address, pytest.raises(Unreachable):
        exchange(address, limit=10_000, timeout_s=0.1, total_s=0.15)


def test_nobody_listening_is_silence() -> None:
    with pytest.raises(Unreachable):
        exchange("http://127.0.0.1:1/", limit=10, timeout_s=0.2, total_s=0.3)


def test_the_agent_is_named_and_the_question_goes_with_its_type() -> None:
    heard: list[bytes] = []

    def listen(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with socket.create_server(("127.0.0.1", 0)) as listening:

        def run() -> None:
            connection, _ = listening.accept()
            with connection:
                heard.append(connection.recv(65536))
                listen(connection)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/ocsp?a=1"
        answer = exchange(
            address, limit=10, timeout_s=5, total_s=5, body=b"q", content_type="application/ocsp-request"
        )
        thread.join(timeout=5)
    assert answer == b"ok"
    assert heard[0].startswith(b"POST /ocsp?a=1 HTTP/1.1\r\n")
    assert b"User-Agent: geoportal\r\n" in heard[0]
    assert b"Content-Type: application/ocsp-request\r\n" in heard[0]
