"""The documents say what is so: every setting, every link, every decision."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLResolver, get_resolver

from geoportal.lib import env
from layers.catalogue import COLLECTIONS
from layers.statuses import STATUSES, Group
from tests.test_architecture import PACKAGES

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

# Read or set by the portal, but not settings of its own.
OF_THE_SYSTEM = {
    *("HOME", "TERM", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "DEBIAN_FRONTEND"),
    *("PROJ_LIB", "PROJ_DATA", "GDAL_DATA"),
    *("DJANGO_SETTINGS_MODULE", "PROMETHEUS_MULTIPROC_DIR"),
}


def documented_settings() -> dict[str, bool]:
    """Every setting of docs/settings.md, with whether a file may be given instead."""
    return {name: bool(mark) for name, mark in re.findall(r"^\| `([A-Z_]+)`( †)? \|", SETTINGS, re.MULTILINE)}


def environment_names(path: Path) -> set[str]:
    """Names asked of ``environ`` in a file: ``environ.get("X")``, ``environ["X"]``, ``"X" in environ``."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(value=asked, attr="get" | "setdefault" | "pop"), args=[key, *_]):
                pass
            case ast.Subscript(value=asked, slice=key):
                pass
            case ast.Compare(left=key, ops=[ast.In() | ast.NotIn()], comparators=[asked]):
                pass
            case _:
                continue
        if ast.unparse(asked) in {"environ", "os.environ"} and isinstance(key, ast.Constant):
            found.add(str(key.value))
    return found


def names_outside_of_settings() -> set[str]:
    files = [*(ROOT / "geoportal").rglob("*.py"), *(ROOT / "tests").glob("*.py")]
    names = {name for path in files for name in environment_names(path)}
    names |= set(re.findall(r"^([A-Z]+) \?=", (ROOT / "Makefile").read_text(), re.MULTILINE)) - {"ARGS"}
    return {name.removesuffix("_FILE") for name in names - OF_THE_SYSTEM}


def test_every_setting_is_documented_and_nothing_else() -> None:
    assert set(documented_settings()) == set(env.DECLARED) | names_outside_of_settings()


def test_settings_that_may_be_a_file_are_marked() -> None:
    # What set-up reads before Python packages are there takes no files.
    assert {name for name, marked in documented_settings().items() if marked} == set(env.DECLARED)


def test_secrets_are_called_so() -> None:
    called = set(re.findall(r"^\| `([A-Z_]+)` † \|[^|]*\| \*\*Secret", SETTINGS, re.MULTILINE))
    assert called == {name for name, declared in env.DECLARED.items() if declared.secret}


def test_the_settings_module_alone_reads_settings() -> None:
    """Else one that is read later would be missing from the register that the tests above go by."""
    reads = re.compile(r"\benv\.(raw|text|integer|words|boolean|parsed|fingerprints|by_fingerprint)\(")
    files = [path for folder in PACKAGES for path in (ROOT / folder).rglob("*.py")]
    readers = {path.relative_to(ROOT).as_posix() for path in files if reads.search(path.read_text())}
    assert readers == {"geoportal/settings.py"}


def links(document: Path) -> list[str]:
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = re.findall(r"\]\(([^)\s]+)\)", text)
    return [link.split("#")[0] for link in found if not re.match(r"[a-z]+:|#", link)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    assert [link for link in links(document) if not (document.parent / link).exists()] == []


def test_the_index_lists_every_document() -> None:
    listed = {(ROOT / "docs" / link).resolve() for link in links(ROOT / "docs" / "index.md")}
    documents = set((ROOT / "docs").rglob("*.md")) - {ROOT / "docs" / "index.md"}
    assert {path.name for path in documents - listed} == set()


@pytest.mark.parametrize("record", sorted((ROOT / "docs" / "adr").glob("0*.md")), ids=lambda path: path.stem)
def test_a_decision_is_a_page_with_its_reasons(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)

    assert text.startswith(f"# {record.name[:4]} ")
    assert headings == ["Context", "Decision", "Alternatives", "Consequences"]
    assert len(text.splitlines()) <= 60


def test_the_glossary_has_each_status_in_its_group() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    for kind, statuses in STATUSES.items():
        row = next(line for line in glossary.splitlines() if line.startswith(f"| {kind.value} | `"))
        cells = [set(re.findall(r"`(\w+)`", cell)) for cell in row.split("|")[2:6]]
        assert cells == [{s.code for s in statuses if s.group == group} for group in Group]


def test_the_addresses_are_those_of_the_portal() -> None:
    text = (ROOT / "docs" / "addresses.md").read_text(encoding="utf-8")
    written = re.findall(r"`(/[^`?#…]*)`", text)
    each = [a.replace("{collection}", name) for a in written for name in ("{collection}", *COLLECTIONS)]
    # Without the names of captured values, which the document calls as people do.
    promised = {re.sub(r"\{[^}]+\}", "*", address) for address in each}
    served = {re.sub(r"<[^>]+>", "*", address) for address in every_address(get_resolver())}
    assert served - promised == set()
    assert {a for a in promised - served if not a.startswith(("/tiles/", "/api/v1/*/"))} == set()


def every_address(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    for each in resolver.url_patterns:
        address = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from every_address(each, address)
        else:
            yield address


def test_no_document_names_a_path_of_one_machine() -> None:
    for document in DOCUMENTS:
        assert not re.search(r"(?<![\w.])/(work|root)/", document.read_text(encoding="utf-8")), document.name
