"""What a certificate is for, and in which role its holder acts (docs/eds.md, section on certificates)."""

from ingest.eds.certificates import Certificate
from ingest.eds.policy import Policy, Purpose, Role
from ingest.eds.refusals import Refusal

EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4"
CLIENT_AUTH = "1.3.6.1.5.5.7.3.2"

# The registry of the national authority (root.gov.kz/oid).
PERSON = "1.2.398.3.3.4.1.1"
PERSON_SYSTEM = "1.2.398.3.3.4.1.1.1"
ORGANISATION = "1.2.398.3.3.4.1.2"
FIRST_HEAD = "1.2.398.3.3.4.1.2.1"
RIGHT_TO_SIGN = "1.2.398.3.3.4.1.2.2"
ORGANISATION_SYSTEM = "1.2.398.3.3.4.1.2.6"


def check_purpose(certificate: Certificate, policy: Policy) -> None:
    """Refuses ``wrong_purpose`` and ``wrong_role``."""
    usage = certificate.key_usage or frozenset()
    extended = certificate.extended_key_usage or frozenset()
    signs = {"digital_signature", "non_repudiation"} <= usage and EMAIL_PROTECTION in extended
    authenticates = "digital_signature" in usage and CLIENT_AUTH in extended
    if not (signs or (policy.purpose is Purpose.LOGIN and authenticates)):
        raise Refusal("wrong_purpose")
    of_person, of_organisation = PERSON in extended, ORGANISATION in extended
    if any(map(_is_system, extended)) or of_person == of_organisation:
        raise Refusal("wrong_role")
    if policy.role is Role.PERSON and not of_person:
        raise Refusal("wrong_role")
    if policy.role is Role.ORGANISATION and extended.isdisjoint({FIRST_HEAD, RIGHT_TO_SIGN}):
        raise Refusal("wrong_role")


def _is_system(oid: str) -> bool:
    """Whether it is the role of a machine, which signs without anybody having read anything."""
    return oid == PERSON_SYSTEM or f"{oid}.".startswith(f"{ORGANISATION_SYSTEM}.")
