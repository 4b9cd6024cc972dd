"""What is asked of the log: whole numbers, each named when it will not do."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from geoportal.lib.errors import DomainError

LARGEST = 2**63 - 1


class BadQuestion(DomainError):
    """A parameter is unknown, missing or malformed; ``field`` names it."""

    code = "bad_parameter"


class NotInLog(DomainError):
    """The log has no such entry, tile or head (yet)."""

    code = "not_found"

    def __init__(self) -> None:
        super().__init__(_("The log has nothing at this address."))


def numbers(given: Mapping[str, str], **defaults: int | None) -> list[int]:
    """The values of the parameters that ``defaults`` names, in its order; None: it must be given.

    Raises BadQuestion for any other parameter, except ``lang``.
    """
    for name in given:
        if name not in defaults and name != "lang":
            raise BadQuestion(_("This address has no such parameter."), field=name)
    return [_number(name, given.get(name, ""), default) for name, default in defaults.items()]


def _number(name: str, text: str, default: int | None) -> int:
    if not text and default is not None:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > 19 or int(text) > LARGEST:
        raise BadQuestion(_("This must be a whole number."), field=name)
    return int(text)
