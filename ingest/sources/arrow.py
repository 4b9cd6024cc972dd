"""Arrow columns as plain values."""

from typing import Any

import pyarrow as pa


def values_of(column: pa.Array) -> list[Any]:
    """Python values, None for null. Bytes that are not UTF-8 in a text column become surrogates, not an
    error.
    """
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    try:
        return column.to_pylist()
    except UnicodeDecodeError:
        raw = column.cast(pa.large_binary(), safe=False)
        return [None if v is None else v.decode("utf-8", "surrogateescape") for v in raw.to_pylist()]
