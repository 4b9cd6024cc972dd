"""Which tests of a run on several processes share one: folders whose tests share portals or servers.

pytest-xdist's own mark for this, ``xdist_group``, has no effect under pytest 9.2: it renames the tests when
they are collected, and pytest no longer asks for the name that it changes.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/browser/", "tests/scaling/")


class ByFolder(LoadScopeScheduling):
    """Each test for itself, in the order of pytest-django, but the folders above as a whole, and first."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFolder:
    """Without pytest-xdist (``make test ARGS=…``) nobody asks."""
    return ByFolder(config, log)
