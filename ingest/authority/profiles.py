"""The national profile of each kind of certificate, as observed on real ones."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ingest.authority import extensions, names, oids
from ingest.authority.certificates import Profile

Algorithm = Literal["gost", "rsa"]
Use = Literal["sign", "auth"]

# Addresses that stand in certificates: no verifier of ours follows them (RFC 2606 keeps .invalid unused).
SITE = "http://pki.invalid"
CPS = f"{SITE}/cps"
OCSP_URL = f"{SITE}/ocsp/"


def crl_path(algorithm: Algorithm) -> str:
    return f"/crl/nca_{algorithm}.crl"


def delta_path(algorithm: Algorithm) -> str:
    return f"/crl/nca_d_{algorithm}.crl"


def root_crl_path(algorithm: Algorithm) -> str:
    return f"/crl/root_{algorithm}.crl"


def certificate_path(whose: str, algorithm: Algorithm) -> str:
    return f"/cert/{whose}_{algorithm}.cer"


@dataclass(frozen=True)
class Validity:
    not_before: datetime
    not_after: datetime


def root(algorithm: Algorithm, validity: Validity) -> Profile:
    return Profile(
        names.name(*names.service(f"ДЕМОНСТРАЦИЯ: ТҮБІР ОРТАЛЫҚ ({algorithm.upper()})")),
        validity.not_before,
        validity.not_after,
        (
            extensions.basic_constraints(),
            extensions.key_usage(extensions.KEY_CERT_SIGN, extensions.CRL_SIGN),
            extensions.policies(oids.POLICY_ROOT, cps=CPS),
        ),
    )


def issuing(algorithm: Algorithm, validity: Validity) -> Profile:
    return Profile(
        names.name(*names.service(f"ДЕМОНСТРАЦИЯ: КУӘЛАНДЫРУШЫ ОРТАЛЫҚ ({algorithm.upper()})")),
        validity.not_before,
        validity.not_after,
        (
            extensions.basic_constraints(path_length=0),
            extensions.key_usage(extensions.KEY_CERT_SIGN, extensions.CRL_SIGN),
            extensions.distribution_points(SITE + root_crl_path(algorithm)),
            extensions.information_access(issuer=SITE + certificate_path("root", algorithm)),
            extensions.policies(oids.POLICY_NCA, cps=CPS),
        ),
    )


def responder(validity: Validity, *, no_check: bytes | None = None) -> Profile:
    return Profile(
        names.name(*names.service("OCSP RESPONDER", "ДЕМОНСТРАЦИЯ")),
        validity.not_before,
        validity.not_after,
        (
            extensions.key_usage(extensions.DIGITAL_SIGNATURE),
            extensions.no_check(no_check),
            extensions.extended_key_usage(oids.OCSP_SIGNING),
            extensions.key_store(),
        ),
    )


def timestamping(algorithm: Algorithm, validity: Validity) -> Profile:
    """RFC 3161 2.3: the purpose is critical and the only one."""
    return Profile(
        names.name(*names.service(f"TIMESTAMPING AUTHORITY ({algorithm.upper()})", "ДЕМОНСТРАЦИЯ")),
        validity.not_before,
        validity.not_after,
        (
            extensions.key_usage(extensions.DIGITAL_SIGNATURE, extensions.NON_REPUDIATION),
            extensions.extended_key_usage(oids.TIME_STAMPING, critical=True),
            extensions.policies(timestamp_policy(algorithm), cps=CPS),
            *_places(algorithm),
        ),
    )


def timestamp_policy(algorithm: Algorithm) -> str:
    return oids.POLICY_TIMESTAMP_GOST if algorithm == "gost" else oids.POLICY_TIMESTAMP_RSA


def leaf(
    subject: list[tuple[str, str]],
    *,
    algorithm: Algorithm,
    use: Use,
    roles: tuple[str, ...],
    validity: Validity,
) -> Profile:
    """A person or an organisation; ``roles`` say which (OIDs among the purposes)."""
    return Profile(
        names.name(*subject),
        validity.not_before,
        validity.not_after,
        (
            extensions.key_usage(*_bits(algorithm, use)),
            extensions.policies(oids.POLICY_NCA, cps=CPS),
            *_places(algorithm),
            extensions.extended_key_usage(
                oids.EMAIL_PROTECTION if use == "sign" else oids.CLIENT_AUTH, *roles
            ),
            extensions.key_store(),
        ),
    )


def _bits(algorithm: Algorithm, use: Use) -> tuple[int, ...]:
    if use == "auth":
        return extensions.DIGITAL_SIGNATURE, extensions.KEY_ENCIPHERMENT
    agreement = (extensions.KEY_AGREEMENT,) if algorithm == "gost" else ()
    return extensions.DIGITAL_SIGNATURE, extensions.NON_REPUDIATION, *agreement


def _places(algorithm: Algorithm) -> tuple[bytes, ...]:
    """Where the state of the certificate is asked, and where its issuer's is."""
    return (
        extensions.information_access(ocsp=OCSP_URL, issuer=SITE + certificate_path("nca", algorithm)),
        extensions.distribution_points(SITE + crl_path(algorithm)),
        extensions.distribution_points(SITE + delta_path(algorithm), kind=oids.FRESHEST_CRL),
    )


def years(start: datetime, count: int) -> Validity:
    return Validity(start, start + timedelta(days=365 * count))
