"""The site of the authorities: what answers at which address. No network here (``server.py``)."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from ingest.authority import ocsp, profiles, timestamps
from ingest.authority.authority import Authority

OCSP_PATH, TSP_PATH = "/ocsp/", "/tsp/"


@dataclass(frozen=True)
class Reply:
    body: bytes = b""
    kind: str = "application/octet-stream"
    status: HTTPStatus = HTTPStatus.OK
    location: str | None = None


Respond = Callable[[str, str, bytes], Reply]


@dataclass(frozen=True)
class Site:
    """One site for several authorities, as the national one has; called with method, path and body."""

    authorities: tuple[Authority, ...]

    def __call__(self, method: str, path: str, body: bytes) -> Reply:
        if method == "POST":
            return self._post(path, body)
        files = {
            address: (make, kind)
            for authority in self.authorities
            for address, make, kind in _files(authority)
        }
        if path not in files:
            return Reply(status=HTTPStatus.NOT_FOUND)
        make, kind = files[path]
        return Reply(make(), kind)

    def _post(self, path: str, body: bytes) -> Reply:
        if path == OCSP_PATH:
            return Reply(self._ocsp(body), "application/ocsp-response")
        if path == TSP_PATH:
            return Reply(self._timestamp(body), "application/timestamp-reply")
        return Reply(status=HTTPStatus.NOT_FOUND)

    def _ocsp(self, request: bytes) -> bytes:
        """By the authority that issued what is asked of."""
        try:
            asked, _ = ocsp.read_request(request)
        except ValueError:
            return ocsp.failure(ocsp.MALFORMED_REQUEST)
        for authority in self.authorities:
            if asked and ocsp.is_of(asked[0], authority.issuing):
                return authority.ocsp(request)
        return ocsp.failure(ocsp.UNAUTHORIZED)

    def _timestamp(self, request: bytes) -> bytes:
        """By the authority that hashes as the request has, if one does."""
        try:
            asked = timestamps.read_request(request)
        except ValueError:
            return timestamps.rejection(timestamps.BAD_FORMAT)
        for authority in self.authorities:
            if timestamps.hashes_with(authority.tsa, asked.algorithm):
                return authority.timestamp(request)
        return timestamps.rejection(timestamps.BAD_ALGORITHM)


def _files(authority: Authority) -> list[tuple[str, Callable[[], bytes], str]]:
    """Address, content and type of the files of one authority."""
    algorithm, lists, certificates = authority.algorithm, "application/pkix-crl", "application/pkix-cert"
    return [
        (profiles.crl_path(algorithm), authority.crl, lists),
        (profiles.delta_path(algorithm), authority.delta, lists),
        (profiles.root_crl_path(algorithm), authority.root_crl, lists),
        (profiles.certificate_path("root", algorithm), lambda: authority.root.certificate, certificates),
        (profiles.certificate_path("nca", algorithm), lambda: authority.issuing.certificate, certificates),
    ]
