"""Labels never change once they have been signed under."""

import hashlib
import json
from dataclasses import asdict

from ingest.statement import WORDINGS, Wording, latest_wording

# SHA-256 of each wording; only ever added to. One that no longer holds means that somebody has edited words
# that people have signed.
ISSUED = {
    ("login", 1): "bf99d1718047f348810a9ef407111b5fb93c5ec1e48458b792910164933ed528",
    ("problem.submit", 1): "36c5e2261ee9daaa78078ba0777b698bd8e6f62e12cc6e6b124678b4e9754442",
    ("problem.revise", 1): "54f411620f8795f72e95f15674d5102335be7a4715628eac7d48e26a0dc8d293",
}


def digest(wording: Wording) -> str:
    text = json.dumps(asdict(wording), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def test_no_wording_that_was_issued_has_changed() -> None:
    assert {key: digest(wording) for key, wording in WORDINGS.items()} == ISSUED


def test_every_label_is_there_in_three_languages() -> None:
    for wording in WORDINGS.values():
        said = [wording.says, *(field.label for field in wording.fields), *asdict(wording.frame).values()]
        assert all(set(each) == {"kk", "ru", "en"} and all(each.values()) for each in said)


def test_new_statements_are_written_in_the_newest_wording() -> None:
    for type, version in WORDINGS:
        assert latest_wording(type).version >= version
