"""Names as people write and paste them. What cannot be seen in one turns the words beside it round, or makes
it look like that of somebody else.
"""

from django.utils.translation import gettext_lazy as _

UNSEEN = _("The name holds characters that cannot be seen.")


def one_line(text: str) -> str:
    """With single spaces; those of tables and web pages are often others."""
    return " ".join(text.split())
