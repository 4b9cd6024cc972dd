"""Why a backup cannot be made or brought back."""

from geoportal.lib.errors import DomainError


class BackupError(DomainError):
    """One line for whoever ran the command; the database is as it was before."""

    code = "backup"
