import hashlib
import shutil
from pathlib import Path

import pytest
from pytest_django import Settings

from regions.download import DownloadFailed, download
from regions.sources import choose, geokz
from regions.sources.source import SourceUnavailable
from tests.fakes.http import Answer, serving

BODY = b"boundaries" * 1000


def test_the_bytes_at_an_address_come_whole() -> None:
    with serving(Answer(BODY)) as url:
        pinned = hashlib.sha256(BODY).hexdigest()
        assert download(url, limit_bytes=len(BODY), timeout_s=5, sha256=pinned) == BODY


def test_other_bytes_than_the_pinned_ones_are_refused() -> None:
    with serving(Answer(BODY)) as url, pytest.raises(DownloadFailed, match="SHA-256"):
        download(url, limit_bytes=len(BODY), timeout_s=5, sha256="0" * 64)


def test_more_bytes_than_the_limit_are_refused() -> None:
    with serving(Answer(BODY)) as url, pytest.raises(DownloadFailed, match="larger than"):
        download(url, limit_bytes=len(BODY) - 1, timeout_s=5)


def test_a_slow_answer_is_not_waited_for() -> None:
    with serving(Answer(BODY, delay_s=0.5)) as url, pytest.raises(DownloadFailed, match="timed out"):
        download(url, limit_bytes=len(BODY), timeout_s=0.1)


def test_an_error_of_the_server_is_named() -> None:
    with serving(Answer(status=404)) as url, pytest.raises(DownloadFailed, match="Not Found"):
        download(url, limit_bytes=10, timeout_s=5)


def test_only_http_addresses_are_read() -> None:
    with pytest.raises(DownloadFailed, match="not an HTTP address"):
        download("file:///etc/hostname", limit_bytes=10, timeout_s=5)


def test_without_folder_and_network_the_reason_names_both_sources(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path
    with serving(Answer(status=503)) as url:
        settings.GEOKZ_URL = url
        with pytest.raises(SourceUnavailable, match=r"(?s)Service Unavailable.*amCharts"):
            choose.boundaries(None, vintage="2024", mapping=None, amcharts_file=tmp_path / "absent.json")


def test_amcharts_never_stands_in_for_boundaries_of_the_past(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path
    with serving(Answer(status=503)) as url:
        settings.GEOKZ_URL = url
        with pytest.raises(DownloadFailed):
            choose.boundaries(None, vintage="2018", mapping=None, amcharts_file=tmp_path / "absent.json")


@pytest.mark.data
def test_a_changed_file_in_the_data_folder_is_refused(
    data_dir: Path, tmp_path: Path, settings: Settings
) -> None:
    shutil.copytree(data_dir / "geokz", tmp_path / "geokz")
    changed = tmp_path / "geokz" / "kaz_admbnda_adm2_2024.dbf"
    changed.chmod(0o644)
    changed.write_bytes(changed.read_bytes() + b" ")
    settings.DATA_DIR = tmp_path
    with pytest.raises(SourceUnavailable, match=r"adm2_2024\.dbf is not the pinned file"):
        geokz.read("2024")
