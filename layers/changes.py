"""Whether a collection may have changed since somebody looked: what an open map asks every few seconds."""

from layers.catalogue import COLLECTIONS
from layers.snapshot import process


def change_numbers() -> dict[str, str | None]:
    """Of each collection of features an opaque text, another one whenever a public feature may have changed.

    None where there is no snapshot: not known, so whoever asks keeps what it has.
    """
    state = process.current()
    return {
        name: state.collection_version(collection.kind) if state else None
        for name, collection in COLLECTIONS.items()
        if collection.kind
    }
