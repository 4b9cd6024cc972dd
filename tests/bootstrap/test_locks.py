"""What is installed is pinned by its content, and no file names where it comes from."""

import json
import re
import tarfile
from pathlib import Path

import pytest

from geoportal.bootstrap import boundaries, packages
from geoportal.bootstrap.console import BootstrapError
from geoportal.bootstrap.places import REPOSITORY

PYTHON_LOCKS = ("requirements.txt", "requirements-dev.txt")


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_every_python_package_is_pinned_by_version_and_hash(name: str) -> None:
    text = (REPOSITORY / name).read_text()
    entries = re.split(r"\n(?=\S)", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).strip())
    for entry in entries:
        assert re.match(r"[A-Za-z0-9][\w.\[\],-]*==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_a_python_lock_holds_no_address(name: str) -> None:
    assert "://" not in (REPOSITORY / name).read_text()


def test_the_development_lock_holds_all_that_running_needs() -> None:
    run, dev = (
        set(re.findall(r"^([\w.\[\],-]+==\S+)", (REPOSITORY / name).read_text(), re.MULTILINE))
        for name in PYTHON_LOCKS
    )
    assert run <= dev


def test_every_npm_package_is_pinned_by_integrity_and_holds_no_address() -> None:
    lock = json.loads((REPOSITORY / "package-lock.json").read_text())
    installed = {path: entry for path, entry in lock["packages"].items() if path}
    assert len(installed) > 3
    for path, entry in installed.items():
        assert entry["integrity"].startswith("sha512-"), path
        assert "resolved" not in entry, path


def test_the_npm_lock_stays_without_addresses_on_any_machine() -> None:
    assert "omit-lockfile-registry-resolved=true" in (REPOSITORY / ".npmrc").read_text().split()


def test_npm_packages_are_exact_versions() -> None:
    package = json.loads((REPOSITORY / "package.json").read_text())
    wanted = {**package["dependencies"], **package["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values()), wanted


def test_browser_modules_import_only_what_is_copied_beside_them() -> None:
    """Without a bundler a bare import must be in the page's import map: fflate is the only one."""
    for name in packages.FILES:
        text = (packages.VENDOR / name).read_text()
        bare = set(
            re.findall(r"""(?:^|[;}\n])\s*import\s*(?:[\w*{}\s,$]+from\s*)?["']([^"'./][^"']*)["']""", text)
        )
        assert bare <= {"fflate"}, name


def test_boundaries_other_than_those_pinned_are_refused(tmp_path: Path) -> None:
    (tmp_path / "other.tgz").write_bytes(b"other")
    with pytest.raises(BootstrapError, match="its checksum differs"):
        boundaries.check_integrity(tmp_path / "other.tgz", boundaries.INTEGRITY)


def test_one_file_is_taken_out_of_the_package(tmp_path: Path) -> None:
    source = tmp_path / "a.json"
    source.write_text("{}")
    with tarfile.open(tmp_path / "p.tgz", "w:gz") as archive:
        archive.add(source, "package/other.json")
        archive.add(source, "package/json/a.json")
    boundaries.extract_member(tmp_path / "p.tgz", "package/json/a.json", tmp_path / "out.json")
    assert (tmp_path / "out.json").read_text() == "{}"
    with pytest.raises(BootstrapError, match=r"holds no package/b.json"):
        boundaries.extract_member(tmp_path / "p.tgz", "package/b.json", tmp_path / "out.json")
