"""Generations on disk survive whatever happens to whoever writes them, and tell when they are damaged."""

import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from layers.snapshot import store

ARRAYS: dict[str, NDArray[Any]] = {
    "some": np.arange(100, dtype=np.uint32),
    "none": np.empty(0, np.uint8),
    "plane": np.ones((3, 5), "u8"),
}


def written(folder: Path, *, facts: dict[str, int] | None = None) -> str:
    with store.building(folder) as writer:
        for name, array in ARRAYS.items():
            writer.add(name, array)
        writer.finish(dict(facts or {}))
    return store.current(folder) or ""


def test_what_was_written_is_read(tmp_path: Path) -> None:
    name = written(tmp_path, facts={"answer": 42})
    generation = store.opened(tmp_path, name)

    assert generation.facts == {"answer": 42}
    assert generation.arrays.keys() == ARRAYS.keys()
    for key, array in ARRAYS.items():
        np.testing.assert_array_equal(generation.arrays[key], array)
        assert generation.arrays[key].dtype == array.dtype


def test_arrays_cannot_be_written_to(tmp_path: Path) -> None:
    array = store.opened(tmp_path, written(tmp_path)).arrays["some"]
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1


def test_the_last_two_generations_stay(tmp_path: Path) -> None:
    names = [written(tmp_path) for _ in range(4)]

    assert store.names(tmp_path) == names[-2:]
    assert store.current(tmp_path) == names[-1]


def test_who_uses_an_old_generation_keeps_it(tmp_path: Path) -> None:
    old = store.opened(tmp_path, written(tmp_path))
    for _ in range(3):
        written(tmp_path)

    assert not (tmp_path / old.name).exists()
    assert old.arrays["some"].sum() == ARRAYS["some"].sum()


def test_a_build_that_fails_leaves_the_one_before_and_nothing_else(tmp_path: Path) -> None:
    name = written(tmp_path)
    with pytest.raises(RuntimeError, match="not finished"), store.building(tmp_path) as writer:
        writer.add("some", ARRAYS["some"])

    assert store.current(tmp_path) == name
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", name, "lock"]


def test_a_builder_that_is_killed_leaves_the_one_before_and_the_next_clears_up(tmp_path: Path) -> None:
    name = written(tmp_path)
    program = f"""
import time
from pathlib import Path
import numpy as np
from layers.snapshot import store
with store.building(Path({str(tmp_path)!r})) as writer:
    writer.add("some", np.zeros(1_000_000))
    writer.file.flush()
    print("half", flush=True)
    time.sleep(60)
"""
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"half\n"
    with pytest.raises(store.Busy), store.building(tmp_path):
        pass
    process.send_signal(signal.SIGKILL)
    process.communicate()

    assert store.current(tmp_path) == name
    store.opened(tmp_path, name)
    assert list(tmp_path.glob("building-*"))
    newer = written(tmp_path)
    assert not list(tmp_path.glob("building-*"))
    assert store.opened(tmp_path, newer).number == store.number_of(name) + 1


def test_a_full_disk_leaves_the_one_before(tmp_path: Path) -> None:
    name = written(tmp_path)
    program = f"""
from pathlib import Path
import numpy as np
from layers.snapshot import store
with store.building(Path({str(tmp_path)!r})) as writer:
    writer.add("some", np.zeros(1_000_000))
    writer.finish({{}})
"""
    process = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )

    assert b"OSError" in process.stderr
    assert store.current(tmp_path) == name
    assert not list(tmp_path.glob("building-*"))
    store.opened(tmp_path, name)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_byte_is_noticed_wherever_it_is(tmp_path: Path, data: st.DataObject) -> None:
    name = written(tmp_path)
    file = tmp_path / name / data.draw(st.sampled_from([store.COLUMNS, store.MANIFEST]))
    content = bytearray(file.read_bytes())
    # Between arrays there are bytes that nobody reads.
    size = ARRAYS["some"].nbytes if file.name == store.COLUMNS else len(content)
    place = data.draw(st.integers(0, size - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    file.write_bytes(content)

    with pytest.raises(store.Damaged):
        store.opened(tmp_path, name)


@pytest.mark.parametrize("file", [store.COLUMNS, store.MANIFEST])
def test_a_file_that_is_cut_off_or_gone_is_noticed(tmp_path: Path, file: str) -> None:
    name = written(tmp_path)
    whole = (tmp_path / name / file).read_bytes()
    (tmp_path / name / file).write_bytes(whole[:-1])
    with pytest.raises(store.Damaged):
        store.opened(tmp_path, name)
    (tmp_path / name / file).unlink()
    with pytest.raises(store.Damaged):
        store.opened(tmp_path, name)


def test_files_of_another_form_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = written(tmp_path)
    monkeypatch.setattr(store, "FORMAT", store.FORMAT + 1)
    with pytest.raises(store.Damaged, match="form"):
        store.opened(tmp_path, name)


def test_a_pointer_to_nothing_is_no_generation(tmp_path: Path) -> None:
    assert store.current(tmp_path) is None
    (tmp_path / store.CURRENT).write_text("../../etc\n")
    assert store.current(tmp_path) is None
