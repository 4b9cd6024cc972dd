"""Why the log does not sign."""

from geoportal.lib.errors import DomainError


class LogRefused(DomainError):
    """The log cannot be continued without contradicting what was signed, or without its key.

    ``code``: no_key, several_keys, restored_backup, other_tree, other_origin, unreadable_last_head.
    """

    code = "log_refused"
