"""People of the portal: who they are, what they may do, what they agreed to."""

from geoportal.accounts.models.role import Organisation, Role, RoleEnd, RoleGrant
from geoportal.accounts.models.user import User, UserManager

__all__ = ["Organisation", "Role", "RoleEnd", "RoleGrant", "User", "UserManager"]
