"""An iterator that works ahead of its reader in a thread."""

from collections.abc import Generator, Iterator
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TypeVar

from django.utils import translation

T = TypeVar("T")

# How often a waiting side looks whether the other one has gone.
PATIENCE_SECONDS = 0.2


def ahead(items: Iterator[T]) -> Generator[T, None, None]:
    """The items of ``items``, made in another thread, one ready while one is used; its errors are raised
    here.

    Messages are in the language of the calling thread. Closing the iterator stops the thread.
    """
    ready: Queue[tuple[T | None, BaseException | None]] = Queue(maxsize=1)
    stopped = Event()
    language = translation.get_language()

    def put(entry: tuple[T | None, BaseException | None]) -> None:
        while not stopped.is_set():
            try:
                return ready.put(entry, timeout=PATIENCE_SECONDS)
            except Full:
                continue

    def work() -> None:
        with translation.override(language):
            try:
                for item in items:
                    put((item, None))
                    if stopped.is_set():
                        return
            except BaseException as error:  # whatever it is, the reader must hear of it
                return put((None, error))
            put((None, None))

    thread = Thread(target=work, name="ahead", daemon=True)
    thread.start()
    try:
        while True:
            try:
                item, error = ready.get(timeout=PATIENCE_SECONDS)
            except Empty:
                continue
            if error is not None:
                raise error
            if item is None:
                return
            yield item
    finally:
        stopped.set()
        thread.join()
