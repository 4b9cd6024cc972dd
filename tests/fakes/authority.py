"""Authorities of a session, and people with keys of theirs. Revoke only your own: others share these."""

from functools import cache

import pytest

from ingest.authority.authority import Authority, new_key
from ingest.authority.holders import Holder
from ingest.authority.keys import Key
from ingest.authority.profiles import Algorithm
from ingest.authority.sources import AuthoritySources
from ingest.eds.policy import Anchors

IIN, OTHER_IIN, BIN = "900101300017", "850315400025", "010140000014"


@cache
def authority_of(algorithm: Algorithm) -> Authority:
    return Authority.new(algorithm)


@cache
def impostor_of(algorithm: Algorithm) -> Authority:
    """An authority that calls itself as ours does, with keys of its own."""
    return Authority.new(algorithm)


@cache
def spare_key(algorithm: Algorithm, number: int = 0) -> Key:
    """A key for somebody whose key does not matter: making one of RSA takes a tenth of a second."""
    return new_key(algorithm)


@cache
def citizen_of(algorithm: Algorithm) -> Holder:
    authority = authority_of(algorithm)
    return authority.person(iin=IIN, surname="ОМАРОВ", name="АСҚАР", patronymic="СЕРІКҰЛЫ")


def somebody(authority: Authority) -> Holder:
    """A person of one's own, to revoke."""
    key = spare_key(authority.algorithm)
    return authority.person(iin=OTHER_IIN, surname="ИВАНОВА", name="АННА", key=key)


@cache
def head_of(algorithm: Algorithm) -> Holder:
    """The first head of an organisation."""
    return authority_of(algorithm).organisation(
        bin=BIN, organisation="ТОО «Ақ жол»", iin=OTHER_IIN, surname="ИВАНОВА", name="АННА"
    )


def anchors_of(*authorities: Authority) -> Anchors:
    return Anchors(
        tuple(authority.root.certificate for authority in authorities),
        tuple(authority.issuing.certificate for authority in authorities),
    )


@pytest.fixture(scope="session")
def gost_authority() -> Authority:
    return authority_of("gost")


@pytest.fixture(scope="session")
def rsa_authority() -> Authority:
    return authority_of("rsa")


@pytest.fixture(scope="session")
def authority_sources(gost_authority: Authority, rsa_authority: Authority) -> AuthoritySources:
    return AuthoritySources((gost_authority, rsa_authority))


@pytest.fixture(params=["gost", "rsa"])
def algorithm(request: pytest.FixtureRequest) -> Algorithm:
    value: Algorithm = request.param
    return value


@pytest.fixture
def authority(algorithm: Algorithm) -> Authority:
    return authority_of(algorithm)


@pytest.fixture
def citizen(algorithm: Algorithm) -> Holder:
    return citizen_of(algorithm)
