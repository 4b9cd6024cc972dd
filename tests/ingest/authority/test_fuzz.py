"""Whatever is asked of the services, they answer: no request makes them fail."""

from collections.abc import Callable

import pytest
from asn1crypto import tsp
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.authority import profiles
from ingest.authority.site import OCSP_PATH, TSP_PATH, Site
from tests.fakes.authority import authority_of, citizen_of
from tests.ingest.authority.test_oracles import request_about

# Places and new bytes; a byte of None is taken out.
CHANGES = st.lists(
    st.tuples(st.integers(0, 400), st.one_of(st.none(), st.integers(0, 255))), min_size=1, max_size=4
)


def ocsp_request() -> bytes:
    return request_about(authority_of("rsa"), citizen_of("rsa").serial)


def timestamp_request() -> bytes:
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(32)}
    asked = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": imprint,
            "req_policy": profiles.timestamp_policy("rsa"),
            "nonce": 2**63,
            "cert_req": True,
        }
    )
    encoded: bytes = asked.dump()
    return encoded


@pytest.mark.parametrize(
    ("path", "request_of"), [(OCSP_PATH, ocsp_request), (TSP_PATH, timestamp_request)], ids=["ocsp", "tsp"]
)
def test_a_spoilt_request_is_answered(path: str, request_of: Callable[[], bytes]) -> None:
    good = request_of()
    site = Site((authority_of("rsa"),))
    assert len(site("POST", path, good).body) > 500

    @settings(max_examples=150, deadline=None)
    @given(CHANGES)
    def answered(changes: list[tuple[int, int | None]]) -> None:
        spoilt = bytearray(good)
        for place, byte in changes:
            at = place % len(spoilt)
            spoilt[at : at + 1] = b"" if byte is None else bytes((byte,))
        assert site("POST", path, bytes(spoilt)).body[:1] == b"\x30"

    answered()
