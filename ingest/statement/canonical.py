"""One spelling of a text that is signed, without characters that would show something else than is there."""

import re
import unicodedata

from geoportal.lib.errors import DomainError

# What ends a line for somebody (Unicode Standard, 5.8): one of them for all.
LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Default_Ignorable_Code_Point (Unicode's DerivedCoreProperties.txt) outside of the category Cf: nothing is
# seen of them. The selectors of emoji's looks, which phones type by themselves, are left.
IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0d\uffa0\U000e0100-\U000e01ef]"
)
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
NONCHARACTER_BLOCK = range(0xFDD0, 0xFDF0)


class BadText(DomainError):
    """A character that cannot be signed. ``code`` is ``bidi``, ``invisible`` or ``unreadable``; ``line``
    counts from 1.
    """

    def __init__(self, *, field: str, code: str, character: str, line: int) -> None:
        self.character = f"U+{ord(character):04X}"
        self.line = line
        super().__init__(f"{field}: {code} character {self.character} in line {line}", field=field, code=code)


def canonical_text(text: str, *, field: str) -> str:
    """``text`` in NFC, lines ended by ``\\n``, without blanks at their ends or empty lines around it.

    Raises BadText for control and bidirectional controls, what has no width, and what no font shows.
    """
    lines = unicodedata.normalize("NFC", LINE_ENDS.sub("\n", text)).replace("\t", " ").split("\n")
    for number, line in enumerate(lines, 1):
        for character in line:
            if code := _fault(character):
                raise BadText(field=field, code=code, character=character, line=number)
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def canonical_line(text: str, *, field: str) -> str:
    """The same in one line, words parted by single spaces."""
    return " ".join(canonical_text(text, field=field).split())


def _fault(character: str) -> str:
    if BIDI.match(character):
        return "bidi"
    category = unicodedata.category(character)
    if category == "Cf" or IGNORABLE.match(character):
        return "invisible"
    code = ord(character)
    # What this Python does not know yet may be a new emoji; what will never be assigned is not.
    never = category == "Cn" and (code & 0xFFFE == 0xFFFE or code in NONCHARACTER_BLOCK)
    return "unreadable" if category in ("Cc", "Cs", "Co") or never else ""
