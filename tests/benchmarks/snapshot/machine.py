"""What it was measured on, and with what."""

import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from django.db import connection

from tests.benchmarks.snapshot.timing import figure


def description(load_at_start: float) -> list[str]:
    """Lines of Markdown."""
    cpu = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text(), re.MULTILINE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), PostGIS_Lib_Version()")
        postgres, postgis = cursor.fetchone()
    return [
        f"- **When**: {datetime.now(tz=UTC):%Y-%m-%d}",
        f"- **Machine**: {os.cpu_count()} cores ({cpu[1] if cpu else platform.machine()}), "
        f"{figure(int(memory[1]) / 1e6) if memory else '?'} GB of memory. {_said(load_at_start)}",
        f"- **Versions**: PostgreSQL {postgres.split()[0]}, PostGIS {postgis}, "
        f"Python {platform.python_version()}, "
        f"numpy {version('numpy')}, Django {version('django')}, granian {version('granian')}",
    ]


def _said(load: float) -> str:
    """How many were at work already: half a core of it is a machine's own."""
    busy = "others were using it: read the ratios" if load > 0.5 else "nobody else was using it"
    return f"Load when it began: {load:.1f}, so {busy}."
