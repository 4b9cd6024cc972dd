"""The virtual environment and npm packages: made once, made again when half-made or out of date."""

from collections.abc import Callable
from pathlib import Path

import pytest

from geoportal.bootstrap import environment, packages
from geoportal.bootstrap.console import BootstrapError


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An empty checkout; the titles of the long steps taken in it, whose commands are not run."""
    venv = tmp_path / ".venv"
    for name, value in {
        "REPOSITORY": tmp_path,
        "VENV": venv,
        "VENV_PYTHON": venv / "bin" / "python",
        "STAMP": venv / "installed.json",
        "RUN_LOCK": tmp_path / "requirements.txt",
        "DEV_LOCK": tmp_path / "requirements-dev.txt",
    }.items():
        monkeypatch.setattr(environment, name, value)
    (tmp_path / "requirements.txt").write_text("a==1 \\\n    --hash=sha256:0\n")
    (tmp_path / "requirements-dev.txt").write_text(
        "a==1 \\\n    --hash=sha256:0\nb==2 \\\n    --hash=sha256:0\n"
    )
    taken: list[str] = []

    def take(title: str, command: list[object], **_: object) -> None:
        taken.append(title.split(" in ")[0])
        if "venv" in command:
            (venv / "bin").mkdir(parents=True)
            (venv / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
            (venv / "bin" / "python").touch()

    monkeypatch.setattr(environment, "run_step", take)
    return taken


MAKE, RUN, DEV = (
    "Making a virtual environment",
    "Installing 1 Python packages",
    "Installing 2 Python packages",
)


def test_the_second_time_nothing_is_installed(steps: list[str]) -> None:
    environment.ensure(dev=False)
    environment.ensure(dev=False)
    assert steps == [MAKE, RUN]


def test_running_after_testing_installs_nothing(steps: list[str]) -> None:
    environment.ensure(dev=True)
    environment.ensure(dev=False)
    assert steps == [MAKE, DEV]


def test_testing_after_running_adds_what_tests_need(steps: list[str]) -> None:
    environment.ensure(dev=False)
    environment.ensure(dev=True)
    assert steps == [MAKE, RUN, DEV]


def test_a_changed_lock_is_installed_into_the_same_environment(steps: list[str]) -> None:
    environment.ensure(dev=False)
    environment.RUN_LOCK.write_text("a==2 \\\n    --hash=sha256:1\n")
    environment.ensure(dev=False)
    assert steps == [MAKE, RUN, RUN]


def test_an_environment_without_a_stamp_is_made_again(steps: list[str]) -> None:
    (environment.VENV / "bin").mkdir(parents=True)
    (environment.VENV / "bin" / "python").touch()
    (environment.VENV / "half").touch()
    environment.ensure(dev=False)
    assert steps == [MAKE, RUN]
    assert not (environment.VENV / "half").exists()


def test_an_environment_whose_python_is_gone_is_made_again(steps: list[str]) -> None:
    environment.ensure(dev=False)
    environment.VENV_PYTHON.unlink()
    environment.ensure(dev=False)
    assert steps == [MAKE, RUN, MAKE, RUN]


def test_a_moved_checkout_gets_a_new_environment(
    steps: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.ensure(dev=False)
    monkeypatch.setattr(environment, "REPOSITORY", tmp_path / "elsewhere")
    environment.ensure(dev=False)
    assert steps == [MAKE, RUN, MAKE, RUN]


def test_an_install_that_fails_is_tried_again_the_next_time(
    steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    take: Callable[..., None] = environment.run_step

    def fail(title: str, command: list[object], **rest: object) -> None:
        if title.startswith("Installing"):
            raise BootstrapError("no network")
        take(title, command, **rest)

    with monkeypatch.context() as offline:
        offline.setattr(environment, "run_step", fail)
        with pytest.raises(BootstrapError):
            environment.ensure(dev=False)
    environment.ensure(dev=False)
    assert steps[-1] == RUN


def test_the_command_is_put_beside_python_and_finds_the_checkout(steps: list[str], tmp_path: Path) -> None:
    environment.ensure(dev=False)
    launcher = environment.VENV / "bin" / "geoportal"
    assert launcher.stat().st_mode & 0o111
    assert (environment.site_packages() / "geoportal.pth").read_text() == f"{tmp_path}\n"


def test_the_browser_files_are_copied_whole_or_not_at_all(tmp_path: Path) -> None:
    vendor = tmp_path / "vendor"
    vendor.mkdir()
    (vendor / "old.mjs").touch()
    with pytest.raises(BootstrapError, match="is not in node_modules"):
        packages.copy_vendor_files(tmp_path / "node_modules", vendor)
    assert (vendor / "old.mjs").exists()
    for source in packages.FILES.values():
        (tmp_path / "node_modules" / source).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "node_modules" / source).write_text(source)
    packages.copy_vendor_files(tmp_path / "node_modules", vendor)
    assert {file.name for file in vendor.iterdir()} == set(packages.FILES)
