"""Whether a collection may have changed since somebody looked: what an open map asks every few seconds."""

from layers.catalogue import COLLECTIONS


def change_numbers() -> dict[str, str | None]:
    """Of each collection of features an opaque text, another one whenever a public feature may have changed.

    None: not known, so whoever asks keeps what it has.
    """
    return {name: None for name, collection in COLLECTIONS.items() if collection.kind}
