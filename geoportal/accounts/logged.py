"""What of people goes into the public log: that a role was granted or ended, a consent given or withdrawn.

Whose it was is in the commitment alone, as the number of a row that says nothing once the person has left.
"""

import hashlib
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from geoportal.accounts.consents import GIVEN_EVENT, WITHDRAWN_EVENT
from geoportal.accounts.grants import ENDED_EVENT, GRANTED_EVENT
from geoportal.accounts.models import Consent, ConsentWithdrawal, RoleEnd, RoleGrant
from geoportal.log.canonical import JSON, utc_text
from geoportal.log.registry import logged


def register() -> None:
    logged(
        event=GRANTED_EVENT,
        model=RoleGrant,
        content=granted,
        public=granted_openly,
        rows=_with_its_end,
        title=_("A role was given"),
    )
    logged(
        event=ENDED_EVENT,
        model=RoleEnd,
        content=ended,
        public=ended_openly,
        rows=_with_its_grant,
        title=_("A role ended"),
    )
    logged(
        event=GIVEN_EVENT,
        model=Consent,
        content=given,
        public=given_openly,
        title=_("Somebody agreed to something"),
    )
    logged(
        event=WITHDRAWN_EVENT,
        model=ConsentWithdrawal,
        content=withdrawn,
        public=withdrawn_openly,
        title=_("Somebody took an agreement back"),
    )


def _with_its_end(grants: QuerySet[RoleGrant]) -> QuerySet[RoleGrant]:
    return grants.select_related("akimat", "organisation", "end")


def _with_its_grant(ends: QuerySet[RoleEnd]) -> QuerySet[RoleEnd]:
    return ends.select_related("grant")


def granted(grant: RoleGrant) -> dict[str, JSON]:
    """``until`` is what was granted; without an end on record the role lasts so long, and no shorter."""
    return {
        "user": grant.user_id,
        "role": grant.role,
        "akimat": grant.akimat.code if grant.akimat else None,
        "organisation": grant.organisation.bin if grant.organisation else None,
        "from": utc_text(grant.valid_from),
        "until": _moment(grant.granted_until if hasattr(grant, "end") else grant.valid_to),
        "granted_by": grant.granted_by_id,
        "granted_at": utc_text(grant.granted_at),
    }


def granted_openly(grant: RoleGrant) -> dict[str, JSON]:
    """Which akimat has how many officers is public; who they are is not."""
    return {"role": grant.role, "akimat": grant.akimat.code if grant.akimat else None}


def ended(end: RoleEnd) -> dict[str, JSON]:
    """With the time when the role really stops: who prolonged it afterwards would undo the end unseen."""
    return {
        "grant": end.grant_id,
        "until": _moment(end.grant.valid_to),
        "ended_by": end.ended_by_id,
        "ended_at": utc_text(end.ended_at),
    }


def ended_openly(end: RoleEnd) -> dict[str, JSON]:
    return granted_openly(end.grant)


def given(consent: Consent) -> dict[str, JSON]:
    return {
        "user": consent.user_id,
        "purpose": consent.purpose,
        "version": consent.version,
        "language": consent.language,
        "text_sha256": hashlib.sha256(consent.text.encode()).hexdigest(),
        "given_at": utc_text(consent.given_at),
    }


def given_openly(consent: Consent) -> dict[str, JSON]:
    return {"purpose": consent.purpose, "version": consent.version, "language": consent.language}


def withdrawn(withdrawal: ConsentWithdrawal) -> dict[str, JSON]:
    return {"consent": withdrawal.consent_id, "withdrawn_at": utc_text(withdrawal.withdrawn_at)}


def withdrawn_openly(withdrawal: ConsentWithdrawal) -> dict[str, JSON]:
    return {"purpose": withdrawal.consent.purpose}


def _moment(moment: datetime | None) -> str | None:
    return utc_text(moment) if moment is not None else None
