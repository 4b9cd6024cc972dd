"""People of the portal: who they are, what they may do, what they agreed to."""

from geoportal.accounts.models.consent import Consent, ConsentWithdrawal, Purpose
from geoportal.accounts.models.link import Invitation, InvitedRole, SignInLink
from geoportal.accounts.models.role import Organisation, Role, RoleEnd, RoleGrant
from geoportal.accounts.models.session import Session
from geoportal.accounts.models.user import User, UserManager

__all__ = [
    "Consent",
    "ConsentWithdrawal",
    "Invitation",
    "InvitedRole",
    "Organisation",
    "Purpose",
    "Role",
    "RoleEnd",
    "RoleGrant",
    "Session",
    "SignInLink",
    "User",
    "UserManager",
]
