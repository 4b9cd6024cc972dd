"""A certification authority: root, issuing authority, responder of OCSP, timestamping service, lists."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ingest.authority import crl, names, ocsp, oids, profiles, timestamps
from ingest.authority.certificates import Certified, Profile, certify
from ingest.authority.holders import Holder
from ingest.authority.keys import GostKey, Key, RsaKey
from ingest.authority.profiles import Algorithm, Use, Validity
from ingest.authority.register import Event, Reason, Register

# As the national authority's lists, measured in 2026.
LIST_LASTS = timedelta(hours=27)
DELTA_LASTS = timedelta(hours=7, minutes=30)
# The authority is older than any list that it gives and than keys that have expired; keys begin yesterday.
AUTHORITY_AGE, AUTHORITY_YEARS, KEY_AGE = timedelta(days=3 * 365), 20, timedelta(days=1)


def utc_now() -> datetime:
    return datetime.now(UTC)


def new_key(algorithm: Algorithm) -> Key:
    return GostKey.new() if algorithm == "gost" else RsaKey.new()


@dataclass(frozen=True)
class Authority:
    """``clock`` gives the time that services and signatures say; ``at`` sets another."""

    algorithm: Algorithm
    root: Certified
    issuing: Certified
    responder: Certified
    tsa: Certified
    register: Register = field(default_factory=Register)
    clock: Callable[[], datetime] = utc_now

    @classmethod
    def new(cls, algorithm: Algorithm, *, clock: Callable[[], datetime] = utc_now) -> "Authority":
        """Keys are made anew: half a second for RSA."""
        validity = profiles.years(clock() - AUTHORITY_AGE, AUTHORITY_YEARS)
        root_key, issuing_key = (new_key(algorithm) for _ in range(2))
        profile = profiles.root(algorithm, validity)
        root = certify(profile, key=root_key, issuer=profile.subject, issuer_key=root_key)
        issuing = certify(
            profiles.issuing(algorithm, validity), key=issuing_key, issuer=root.subject, issuer_key=root_key
        )
        responder, tsa = (
            certify(profile, key=new_key(algorithm), issuer=issuing.subject, issuer_key=issuing_key)
            for profile in (profiles.responder(validity), profiles.timestamping(algorithm, validity))
        )
        register = Register({responder.serial, tsa.serial})
        return cls(algorithm, root, issuing, responder, tsa, register, clock)

    def at(self, moment: datetime) -> "Authority":
        """The same authority, register included, at another time."""
        return replace(self, clock=lambda: moment)

    # --- people ---------------------------------------------------------------------------------------------

    def person(
        self,
        *,
        iin: str,
        surname: str,
        name: str,
        patronymic: str = "",
        use: Use = "sign",
        validity: Validity | None = None,
        key: Key | None = None,
        **oddities: Any,
    ) -> Holder:
        """An individual with a new key. ``oddities`` are fields of ``Profile`` to replace."""
        subject = names.person(iin=iin, surname=surname, given_name=name, patronymic=patronymic)
        profile = self.leaf(subject, oids.INDIVIDUAL, oids.IDENTIFIED_REMOTELY, use=use, validity=validity)
        return self.issue(replace(profile, **oddities), key=key)

    def organisation(
        self,
        *,
        bin: str,
        organisation: str,
        iin: str,
        surname: str,
        name: str,
        patronymic: str = "",
        role: str = oids.FIRST_HEAD,
        use: Use = "sign",
        validity: Validity | None = None,
        key: Key | None = None,
        **oddities: Any,
    ) -> Holder:
        """Who acts for an organisation, by default its first head; ``oddities`` are fields of ``Profile``."""
        subject = names.representative(
            iin=iin,
            surname=surname,
            given_name=name,
            patronymic=patronymic,
            organisation=organisation,
            bin=bin,
        )
        profile = self.leaf(subject, oids.LEGAL_ENTITY, role, use=use, validity=validity)
        return self.issue(replace(profile, **oddities), key=key)

    def leaf(
        self,
        subject: list[tuple[str, str]],
        *roles: str,
        use: Use = "sign",
        validity: Validity | None = None,
    ) -> Profile:
        """What the certificate of a person or an organisation says, valid for a year by default."""
        validity = validity or profiles.years(self.clock() - KEY_AGE, 1)
        return profiles.leaf(subject, algorithm=self.algorithm, use=use, roles=roles, validity=validity)

    def issue(self, profile: Profile, *, key: Key | None = None) -> Holder:
        made = certify(
            profile,
            key=key or new_key(self.algorithm),
            issuer=self.issuing.subject,
            issuer_key=self.issuing.key,
        )
        self.register.issued.add(made.serial)
        return self.holder(made)

    def holder(self, certified: Certified) -> Holder:
        """One of this authority's, who asks its services when signing."""
        return Holder(**vars(certified), clock=self.clock, stamp=self.token)

    # --- services -------------------------------------------------------------------------------------------

    def revoke(self, holder: Certified, reason: Reason, *, at: datetime | None = None) -> None:
        """From ``at`` (default: now) on; ``Reason.REMOVED`` takes back a hold."""
        self.register.events.append(Event(holder.serial, reason, at or self.clock()))

    def ocsp(self, request: bytes, **oddities: Any) -> bytes:
        """The answer to a request of OCSP; ``oddities`` are fields of ``ocsp.Answer`` to replace."""
        try:
            asked, nonce = ocsp.read_request(request)
        except ValueError:
            return ocsp.failure(ocsp.MALFORMED_REQUEST)
        if not asked or not all(ocsp.is_of(one, self.issuing) for one in asked):
            return ocsp.failure(ocsp.UNAUTHORIZED)
        now = self.clock()
        answer = ocsp.Answer(
            entries=tuple((one.identifier, ocsp.state(one.serial, self.register, at=now)) for one in asked),
            this_update=now,
            next_update=None,
            produced_at=now,
            nonce=nonce,
            responder=self.responder,
            certificates=(self.responder.certificate,),
        )
        return ocsp.response(replace(answer, **oddities))

    def timestamp(self, request: bytes, **oddities: Any) -> bytes:
        """The answer to a request of RFC 3161; ``oddities`` are fields of ``timestamps.Stamp`` to replace."""
        try:
            asked = timestamps.read_request(request)
        except ValueError:
            return timestamps.rejection(timestamps.BAD_FORMAT)
        policy = profiles.timestamp_policy(self.algorithm)
        return timestamps.respond(asked, policy=policy, tsa=self.tsa, at=self.clock(), **oddities)

    def token(self, data: bytes, **oddities: Any) -> bytes:
        """The timestamp token over ``data``; ``oddities`` are fields of ``timestamps.Stamp`` to replace."""
        stamp = timestamps.Stamp(
            algorithm=self.tsa.key.digest_algorithm,
            imprint=self.tsa.key.digest(data),
            at=self.clock(),
            policy=profiles.timestamp_policy(self.algorithm),
        )
        return timestamps.token(replace(stamp, **oddities), tsa=self.tsa)

    def crl(self, **oddities: Any) -> bytes:
        """The full list, made anew at midnight (UTC); ``oddities`` are fields of ``crl.List`` to replace."""
        made = self._midnight()
        full = crl.List(tuple(self.register.revoked(at=made)), made, made + LIST_LASTS, number=_number(made))
        return crl.revocation_list(replace(full, **oddities), issuer=self.issuing)

    def delta(self, **oddities: Any) -> bytes:
        """What has changed since the full list, made anew each time."""
        base, now = self._midnight(), self.clock()
        changes = tuple(self.register.changes(since=base, at=now))
        delta = crl.List(changes, now, now + DELTA_LASTS, number=_number(now), base=_number(base))
        return crl.revocation_list(replace(delta, **oddities), issuer=self.issuing)

    def root_crl(self) -> bytes:
        """The root's list, of issuing authorities: none was ever revoked."""
        made = self._midnight()
        return crl.revocation_list(
            crl.List((), made, made + LIST_LASTS, number=_number(made)), issuer=self.root
        )

    def _midnight(self) -> datetime:
        return self.clock().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _number(made: datetime) -> int:
    """The number of a list that is made at that second: numbers only grow."""
    return int(made.timestamp())
