"""The authority of a demonstration: people who can sign without NCALayer, marked as such wherever it shows.

One for the installation, in the folder ``DEMO_AUTHORITY_DIR``, made when it is first asked for. Without the
setting ``DEMO_AUTHORITY`` there are no people and no anchors; in production a check refuses it.
"""

import fcntl
import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.utils.translation import gettext as _

from geoportal.lib.errors import DomainError
from ingest.authority import names, oids, storing
from ingest.authority.authority import Authority
from ingest.authority.holders import Holder
from ingest.authority.profiles import Algorithm, Use, Validity
from ingest.authority.register import Reason
from ingest.authority.sources import AuthoritySources
from ingest.eds.policy import Anchors

Condition = Literal["good", "expired", "revoked"]
ALGORITHMS: tuple[Algorithm, ...] = ("gost", "rsa")
# Keys of a demonstration outlive it, so that nobody has to renew them.
YEARS = 10


class DemoAuthorityBroken(DomainError):
    """The folder cannot be written, or holds something else: deleting it makes a new authority."""

    code = "demo_authority_broken"


@dataclass(frozen=True)
class Person:
    """Somebody invented. The digits are synthetic: their check digit is right, their owner does not exist."""

    key: str
    algorithm: Algorithm
    iin: str
    surname: str
    name: str
    patronymic: str
    organisation: str | None = None
    bin: str = ""
    use: Use = "sign"
    condition: Condition = "good"

    @property
    def full_name(self) -> str:
        return f"{self.surname} {self.name}"


PEOPLE = (
    Person("asqar", "gost", "900101300017", "ОМАРОВ", "АСҚАР", "СЕРІКҰЛЫ"),
    Person("aigerim", "gost", "970612500010", "ҚАСЫМОВА", "АЙГЕРІМ", "МАРАТҚЫЗЫ"),
    Person("anna", "rsa", "850315400025", "ИВАНОВА", "АННА", "ПЕТРОВНА"),
    Person(
        "aq-jol",
        "gost",
        "721109400031",
        "ӘБДІРАХМАНОВ",
        "ДӘУРЕН",
        "ҚАЙРАТҰЛЫ",
        "ЖШС «АҚ ЖОЛ»",
        "190540000024",
    ),
    Person("kogal", "rsa", "040725600048", "СМАҒҰЛОВА", "ДАНА", "ЕРЛАНҚЫЗЫ", "ҚБ «КӨГАЛ»", "150340000039"),
    Person("anna-login", "rsa", "850315400025", "ИВАНОВА", "АННА", "ПЕТРОВНА", use="auth"),
    Person("expired", "gost", "970612500010", "ҚАСЫМОВА", "АЙГЕРІМ", "МАРАТҚЫЗЫ", condition="expired"),
    Person("revoked", "gost", "900101300017", "ОМАРОВ", "АСҚАР", "СЕРІКҰЛЫ", condition="revoked"),
)


def demo_people() -> tuple[Person, ...]:
    """Whose keys can be signed with; nobody where there is no demonstration."""
    return PEOPLE if settings.DEMO_AUTHORITY else ()


def sign_as(key: str, content: bytes) -> bytes:
    """DER of a detached signature with a timestamp by the person of that key; DomainError without one."""
    if key not in {person.key for person in demo_people()}:
        raise DomainError(_("there is no demonstration key of that name"), code="no_demo_key")
    return _installed(folder()).people[key].sign(content)


def demo_anchors() -> Anchors:
    """The certificates that the demonstration's signatures lead to; none without a demonstration."""
    if not settings.DEMO_AUTHORITY:
        return Anchors((), ())
    authorities = demo_authorities()
    return Anchors(
        tuple(authority.root.certificate for authority in authorities),
        tuple(authority.issuing.certificate for authority in authorities),
        frozenset(
            one.fingerprint for authority in authorities for one in (authority.root, authority.issuing)
        ),
    )


def demo_sources() -> AuthoritySources:
    """What says whether a key of the demonstration still holds, in this process."""
    return AuthoritySources(demo_authorities() if settings.DEMO_AUTHORITY else ())


def demo_authorities() -> tuple[Authority, ...]:
    return _installed(folder()).authorities


def demo_holder(key: str) -> Holder:
    """The person of that key, KeyError if there is none."""
    return _installed(folder()).people[key]


def folder() -> Path:
    return Path(settings.DEMO_AUTHORITY_DIR)


@dataclass(frozen=True)
class Installed:
    authorities: tuple[Authority, ...]
    people: dict[str, Holder]


def _installed(folder: Path) -> Installed:
    try:
        return _read(folder)
    except (OSError, ValueError, KeyError) as error:
        raise DemoAuthorityBroken(
            _("DEMO_AUTHORITY_DIR (%(folder)s) cannot be used: %(why)s")
            % {"folder": folder, "why": f"{type(error).__name__} {error}"}
        ) from error


@cache
def _read(folder: Path) -> Installed:
    """What is in the folder, which one process makes while others wait."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.with_name(f"{folder.name}.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _make(folder)
    authorities = {algorithm: storing.load(folder / algorithm) for algorithm in ALGORITHMS}
    people = {
        person.key: authorities[person.algorithm].holder(
            storing.load_certified(folder / person.algorithm, f"person-{person.key}")
        )
        for person in PEOPLE
    }
    return Installed(tuple(authorities.values()), people)


def _make(folder: Path) -> None:
    """All of it beside, then in its place in one step: a process that dies leaves no half."""
    beside = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    try:
        for algorithm in ALGORITHMS:
            authority = Authority.new(algorithm)
            storing.save(authority, beside / algorithm)
            for person in PEOPLE:
                if person.algorithm == algorithm:
                    holder = _issue(authority, person)
                    storing.save_certified(holder, beside / algorithm, f"person-{person.key}")
            storing.save_register(authority, beside / algorithm)
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def _issue(authority: Authority, person: Person) -> Holder:
    start = authority.clock() - timedelta(days=1)
    validity = Validity(start, start + timedelta(days=365 * YEARS))
    if person.condition == "expired":
        validity = Validity(start - timedelta(days=365), start)
    who = {
        "iin": person.iin,
        "surname": person.surname,
        "given_name": person.name,
        "patronymic": person.patronymic,
    }
    if person.organisation is None:
        subject, roles = names.person(**who), (oids.INDIVIDUAL, oids.IDENTIFIED_REMOTELY)
    else:
        subject = names.representative(**who, organisation=person.organisation, bin=person.bin)
        roles = (oids.LEGAL_ENTITY, oids.FIRST_HEAD)
    holder = authority.issue(authority.leaf(subject, *roles, use=person.use, validity=validity))
    if person.condition == "revoked":
        authority.revoke(holder, Reason.KEY_COMPROMISE)
    return holder
