"""The folder list is the architecture, and these tests hold it."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("geoportal", "ingest", "layers", "regions", "tiles")

TOP_LEVEL = {
    *(".ci", ".dockerignore", ".gitattributes", ".gitignore", ".npmrc"),
    *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md", "docs"),
    *("Dockerfile", "Makefile", "docker-compose.yml", "package.json", "package-lock.json", "pyproject.toml"),
    *("requirements.txt", "requirements-dev.txt"),
    *PACKAGES,
    *("notebooks", "tests"),
}
# A name that says nothing of what is inside attracts everything.
DRAWERS = {"utils", "util", "helpers", "helper", "services", "service", "common", "misc", "shared", "base"}

# Imports inside functions, which otherwise hide a cycle, with the reason why these do not.
LATE_IMPORTS = {
    "geoportal/cli.py": "starts the private database before Django may read DATABASE_URL",
}
# Half a second to load each (with scikit-learn behind them), and nobody who looks at a map needs them.
HEAVY = ("geopandas", "mapclassify", "sklearn", "pandas", "pyarrow", "folium")


def python_files(*folders: str) -> list[Path]:
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts and "__pycache__" not in path.parts
    )


def product_files() -> list[Path]:
    return python_files(*PACKAGES)


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def test_imports_run_downwards() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_every_module_of_geoportal_stands_in_a_layer() -> None:
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text())
    layers = configuration["tool"]["importlinter"]["contracts"][0]["layers"]
    placed = set(re.findall(r"geoportal\.(\w+)", " ".join(layers)))
    there = {
        path.stem
        for path in (ROOT / "geoportal").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert there - {"__init__"} <= placed


def test_the_top_level_is_the_list_in_the_design() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    top = {line.split("/")[0] for line in tracked.splitlines()}
    assert top <= TOP_LEVEL


def test_no_file_is_a_drawer() -> None:
    assert [short(p) for p in python_files(*PACKAGES, "tests") if p.stem in DRAWERS] == []
    folders = {p.parent for p in python_files(*PACKAGES, "tests")}
    assert [short(p) for p in folders if p.name in DRAWERS] == []


@pytest.mark.parametrize("path", product_files(), ids=short)
def test_imports_stand_at_the_top(path: Path) -> None:
    if short(path) in LATE_IMPORTS:
        pytest.skip(LATE_IMPORTS[short(path)])
    late = [
        f"line {inner.lineno}"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert late == []


def test_the_list_of_late_imports_has_nothing_superfluous() -> None:
    for name in LATE_IMPORTS:
        functions = [n for n in ast.walk(parsed(ROOT / name)) if isinstance(n, ast.FunctionDef)]
        assert any(isinstance(n, ast.Import | ast.ImportFrom) for f in functions for n in ast.walk(f)), name


def test_no_part_hears_of_another_through_djangos_signals() -> None:
    hidden = re.compile(r"^django\.dispatch|^django\.(db\.models|core|test|contrib\.auth)\.signals")
    users = [short(p) for p in product_files() if any(hidden.match(name) for name in imported(parsed(p)))]
    assert users == []


def test_the_domain_knows_no_http() -> None:
    """Rules and reads take values and give values; HTTP stays in the modules that are named for it."""
    surfaces = {
        "api",
        "api_urls",
        "urls",
        "views",
        "ogc",
        "pages",
        "http",
        "schema",
        "openapi",
        "serializers",
    }
    web = re.compile(r"^django\.http(?!\.QueryDict)\.|^rest_framework|^django\.shortcuts")
    for package in ("regions", "layers", "ingest", "geoportal/lib", "geoportal/log"):
        for path in python_files(package):
            if surfaces & {path.stem, *path.relative_to(ROOT).parts}:
                continue
            assert not [name for name in imported(parsed(path)) if web.match(name)], short(path)


def test_the_web_process_loads_no_heavy_library() -> None:
    script = (
        "import sys, django; django.setup(); import geoportal.urls; import geoportal.wsgi;"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_one_script_alone_knows_the_map_library() -> None:
    scripts = sorted((ROOT / "geoportal" / "static" / "geoportal").rglob("*.js"))
    named = re.compile(r"""(?:from|import)\s*\(?\s*["']maplibre-gl["']""")
    importing = [path.name for path in scripts if named.search(path.read_text(encoding="utf-8"))]
    assert set(importing) <= {"map.js"}


def test_every_file_of_sql_says_at_its_head_what_it_does() -> None:
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.sql"):
            assert path.read_text(encoding="utf-8").startswith("-- "), short(path)
