"""The container files say what the rest of the project says. No container engine is needed to read them."""

import re
from typing import Any

import pytest
import yaml

from geoportal.bootstrap.places import REPOSITORY
from geoportal.bootstrap.postgres import SILENT_ABOUT_PEOPLE


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())
    return found


def test_the_database_the_web_server_and_the_worker_are_there(compose: dict[str, Any]) -> None:
    assert {"db", "web", "worker"} <= set(compose["services"])


def test_only_the_web_server_is_published_and_to_this_machine_by_default(compose: dict[str, Any]) -> None:
    published = {name: service.get("ports") for name, service in compose["services"].items()}
    assert published == {
        "db": None,
        "prepare": None,
        "web": ["${HOST:-127.0.0.1}:${PORT:-8000}:8000"],
        "worker": None,
    }


def test_every_program_waits_until_the_database_is_prepared(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["prepare"]["depends_on"]["db"]["condition"] == "service_healthy"
    for name in ("web", "worker"):
        assert services[name]["depends_on"]["prepare"]["condition"] == "service_completed_successfully"


def test_the_database_writes_nobodys_data_into_its_log(compose: dict[str, Any]) -> None:
    for name, value in SILENT_ABOUT_PEOPLE.items():
        assert f"-c {name}={value}" in compose["services"]["db"]["command"]


def test_the_database_outlives_its_container(compose: dict[str, Any]) -> None:
    volume, _, folder = compose["services"]["db"]["volumes"][0].partition(":")
    assert volume in compose["volumes"]
    assert folder == "/var/lib/postgresql/data"


def test_the_worker_and_the_web_server_share_the_snapshots_folder(compose: dict[str, Any]) -> None:
    for name in ("web", "worker"):
        service = compose["services"][name]
        mounted = dict(volume.split(":", 1) for volume in service["volumes"])
        assert mounted["snapshot"] == service["environment"]["SNAPSHOT_DIR"]
    assert "snapshot" in compose["volumes"]


def test_the_worker_and_the_web_server_share_the_demonstrations_authority(compose: dict[str, Any]) -> None:
    """What one signs, the other checks again."""
    for name in ("web", "worker"):
        service = compose["services"][name]
        mounted = dict(volume.split(":", 1) for volume in service["volumes"])
        assert service["environment"]["DEMO_AUTHORITY_DIR"] == f"{mounted['demo']}/authority"
    assert re.search(
        r"install --directory --owner=geoportal .*/srv/demo", (REPOSITORY / "Dockerfile").read_text()
    )
    assert "demo" in compose["volumes"]


def test_the_worker_alone_has_the_keys_of_the_log(compose: dict[str, Any]) -> None:
    having = {
        name: volume.partition(":")[2]
        for name, service in compose["services"].items()
        for volume in service.get("volumes", [])
        if volume.startswith("log:")
    }
    assert having == {"worker": compose["services"]["worker"]["environment"]["LOG_KEY_DIR"]}
    assert "log" in compose["volumes"]


def test_the_snapshots_folder_belongs_to_the_user_that_the_portal_runs_as(compose: dict[str, Any]) -> None:
    """A new volume takes over the owner of the folder of the image; a folder that is not there is root's."""
    folder = compose["services"]["worker"]["environment"]["SNAPSHOT_DIR"]
    text = (REPOSITORY / "Dockerfile").read_text()
    assert f"install --directory --owner=geoportal {folder}" in text
    assert text.index("useradd") < text.index("install --directory") < text.index("USER geoportal")


def test_images_are_pinned_to_a_version() -> None:
    images = re.findall(r"^FROM (\S+)", (REPOSITORY / "Dockerfile").read_text(), re.MULTILINE)
    compose = (REPOSITORY / "docker-compose.yml").read_text()
    images += [
        image for image in re.findall(r"^\s+image: (\S+)", compose, re.MULTILINE) if image != "geoportal"
    ]
    assert len(images) == 2
    assert all(re.search(r":\d+[\w.-]*$", image) for image in images)


def test_the_portal_does_not_run_as_root() -> None:
    users = re.findall(r"^USER (\S+)", (REPOSITORY / "Dockerfile").read_text(), re.MULTILINE)
    assert users == ["geoportal"]


def test_what_the_image_copies_exists_and_is_not_ignored() -> None:
    ignored = (REPOSITORY / ".dockerignore").read_text().split()
    copied = re.findall(r"^COPY (.+) \S+$", (REPOSITORY / "Dockerfile").read_text(), re.MULTILINE)
    for name in " ".join(copied).split():
        assert (REPOSITORY / name).exists(), name
        assert name not in ignored
