"""Others' text on a terminal: as much as fits, and nothing that moves the cursor or turns letters round."""

INSTEAD = "\N{REPLACEMENT CHARACTER}"


def printable(text: str, *, most: int = 100) -> str:
    """The first ``most`` characters, with a sign in place of each that cannot be seen."""
    return "".join(each if each.isprintable() else INSTEAD for each in text[:most])
