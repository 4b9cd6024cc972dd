"""SQL for sets lives in files, ``<package>/sql/<name>.sql``, read once and run with named parameters."""

from functools import cache
from importlib.resources import files


@cache
def statement(package: str, name: str) -> str:
    """The text of ``<package>/sql/<name>.sql``; parameters are psycopg's ``%(name)s``."""
    return files(package).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
