"""Who a certificate says its holder is, and whether it is whom we expect."""

import re

from ingest.eds.certificates import Certificate
from ingest.eds.policy import Policy, Role
from ingest.eds.refusals import Refusal
from ingest.eds.results import Identity

SERIAL_NUMBER = "2.5.4.5"
ORGANISATIONAL_UNIT = "2.5.4.11"
ORGANISATION = "2.5.4.10"
COMMON_NAME = "2.5.4.3"
SURNAME = "2.5.4.4"
GIVEN_NAME = "2.5.4.42"

_IIN = re.compile(r"IIN([0-9]{12})")
_BIN = re.compile(r"BIN([0-9]{12})")


def identity(certificate: Certificate) -> Identity:
    """The identity in the subject, by type of attribute: their order varies. Refuses ``identity_missing``.

    No check digit, no birth date out of the IIN: the authority knows whom it certified, and issues numbers
    that fail the formula (docs/eds.md).
    """
    serial_numbers = _values(certificate, SERIAL_NUMBER)
    iin = _IIN.fullmatch(serial_numbers[0]) if len(serial_numbers) == 1 else None
    bins = [match[1] for unit in _values(certificate, ORGANISATIONAL_UNIT) if (match := _BIN.fullmatch(unit))]
    if iin is None or len(bins) > 1:
        raise Refusal("identity_missing")
    return Identity(
        iin=iin[1],
        bin=bins[0] if bins else None,
        surname=_first(certificate, SURNAME) or "",
        given_name=_first(certificate, GIVEN_NAME) or "",
        common_name=_first(certificate, COMMON_NAME) or "",
        organisation=_first(certificate, ORGANISATION),
    )


def check_identity(who: Identity, policy: Policy) -> None:
    """Refuses ``wrong_role``, ``other_person`` and ``other_organisation``."""
    if (who.bin is not None) != (policy.role is Role.ORGANISATION):
        raise Refusal("wrong_role")
    if policy.same_person is not None and not policy.same_person(who.iin):
        raise Refusal("other_person")
    if policy.organisation_bin is not None and who.bin != policy.organisation_bin:
        raise Refusal("other_organisation")


def _values(certificate: Certificate, oid: str) -> list[str]:
    return [value for kind, value in certificate.attributes if kind == oid]


def _first(certificate: Certificate, oid: str) -> str | None:
    return next(iter(_values(certificate, oid)), None)
