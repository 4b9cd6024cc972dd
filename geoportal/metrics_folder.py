"""The folder where the web server's processes share their measurements (see geoportal/metrics.py).

One folder a server: ``var/metrics/<parent's pid>-<when the parent started>``, so that counts begin at zero
with a new server even where process ids repeat, as they do in containers.
"""

import os
import shutil
from pathlib import Path

FOLDERS = Path(__file__).resolve().parent.parent / "var" / "metrics"


def share_between_workers(folders: Path = FOLDERS) -> None:
    """Set ``PROMETHEUS_MULTIPROC_DIR`` unless it is set, and remove folders of servers that ended."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return
    own = folders / _server(os.getppid())
    own.mkdir(parents=True, exist_ok=True)
    for other in folders.iterdir():
        if other.name != _server(int(other.name.split("-")[0])):
            shutil.rmtree(other, ignore_errors=True)  # a sibling may be removing it too
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(own)


def _server(pid: int) -> str:
    """``pid-start``; the start is in clock ticks since boot, field 22 of /proc/PID/stat; "gone" if it is."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "gone"
    # The second field is the program's name in brackets and may hold spaces.
    return f"{pid}-{stat.rpartition(')')[2].split()[19]}"
