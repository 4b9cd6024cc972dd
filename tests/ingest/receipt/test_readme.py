"""What the README tells people to type, typed."""

import re
import subprocess
from pathlib import Path

import pytest

from ingest.receipt.names import ALL, README, TIMESTAMP_PATH
from tests.ingest.receipt.receipts import files_of, record_of, signed


def unpacked(files: dict[str, bytes], folder: Path) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def commands(readme: str) -> str:
    """The indented lines that call openssl, as a person copies them."""
    block = re.search(r"^     cat .*?-attime \d+$", readme, re.DOTALL | re.MULTILINE)
    assert block is not None
    return block[0]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_plain_openssl_checks_the_rsa_signature_as_the_readme_says(language: str, tmp_path: Path) -> None:
    folder = unpacked(files_of(signed("rsa")), tmp_path)
    script = commands((folder / README[language]).read_text(encoding="utf-8"))
    done = subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "CMS Verification successful")
    assert (folder / "checked.txt").read_bytes() == (folder / "statement.txt").read_bytes()


def test_plain_openssl_refuses_another_text(tmp_path: Path) -> None:
    folder = unpacked(files_of(signed("rsa")), tmp_path)
    (folder / "statement.txt").write_bytes((folder / "statement.txt").read_bytes().replace(b"1", b"2"))
    script = commands((folder / README["en"]).read_text(encoding="utf-8"))
    done = subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode != 0


def test_the_readme_of_a_gost_signature_promises_no_openssl() -> None:
    files = files_of(signed("gost"))
    for name in README.values():
        text = files[name].decode()
        assert "openssl cms" not in text
        assert "34.10-2015" in text


def test_the_readme_explains_every_file_and_names_nobody() -> None:
    for name in README.values():
        text = files_of(signed("rsa"))[name].decode()
        for file in {*ALL, "timestamp-*.pem"} - {*README.values(), *TIMESTAMP_PATH}:
            assert file.rpartition("/")[2] in text, file
        assert "900101300017" not in text
        assert max(map(len, text.splitlines())) <= 100


def test_the_readme_of_a_demonstration_says_that_it_is_one() -> None:
    files = files_of(signed("rsa"), record_of(signed("rsa"), is_demo=True))
    marks = {"kk": "ДЕМОНСТРАЦИЯ", "ru": "ДЕМОНСТРАЦИЯ", "en": "DEMONSTRATION"}
    for language, mark in marks.items():
        assert mark in files[README[language]].decode()
        assert mark not in files_of(signed("rsa"))[README[language]].decode()
