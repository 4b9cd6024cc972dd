"""The base of every error that a person or a client is told about.

The domain knows nothing of HTTP: ``geoportal/problems.py`` maps each class to a status, once.
"""

from typing import Any


class DomainError(Exception):
    """Something asked for cannot be done.

    ``message`` is a (lazily translated) sentence for people, ``code`` a stable word for machines,
    ``field`` the name of the parameter or column at fault, if one is.
    """

    code = "error"

    def __init__(self, message: Any, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return str(self.message)
