"""The ``geoportal`` command: Django's management commands, on the same database as ``make run``.

Without DATABASE_URL it uses the checkout's private database, starting it if nothing else does. Whatever goes
wrong is one line on stderr and a non-zero exit; ``--traceback`` shows the whole story.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

from geoportal.bootstrap.cluster import private_database
from geoportal.bootstrap.console import BootstrapError

# Verbs that read or write files only.
WITHOUT_DATABASE = {"collectstatic", "compile_translations", "help", "makemessages", "version"}
OWN_PACKAGES = {"geoportal", "layers", "regions", "ingest", "tiles"}
HELP = {"help", "--help", "-h"}
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geoportal.settings")
    try:
        with _database_for(given):
            return _execute(given)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # geoportal … | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if "--traceback" in given:
            raise
        _complain(given, one_line(error))
        return 1


def one_line(error: Exception) -> str:
    """What happened, for a person: the message on one line, with the class where a bug and not a situation
    spoke.
    """
    message = "; ".join(line.strip() for line in str(error).splitlines() if line.strip())
    if isinstance(error, BootstrapError) or (message and _speaks_for_itself(error)):
        return message
    return f"{type(error).__name__}: {message or 'no message'} (--traceback shows where)"


def _speaks_for_itself(error: Exception) -> bool:
    from django.core.exceptions import ImproperlyConfigured
    from django.db import Error as DatabaseError

    from geoportal.lib.env import SettingError
    from geoportal.lib.errors import DomainError

    return isinstance(error, DomainError | SettingError | ImproperlyConfigured | DatabaseError | OSError)


def _database_for(given: Sequence[str]) -> AbstractContextManager[object]:
    if not _needs_database(given) or os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        return nullcontext()
    return _exported_private_database()


def _needs_database(given: Sequence[str]) -> bool:
    if not given or given[0] in WITHOUT_DATABASE or {*HELP, "--files-only"} & set(given):
        return False
    # A receipt and another's log are checked by people who have no portal.
    return given[0] != "verify" or "--database" in given


@contextmanager
def _exported_private_database() -> Iterator[None]:
    """The private database in DATABASE_URL, for this process and those it starts."""
    with private_database() as url:
        os.environ["DATABASE_URL"] = url
        try:
            yield
        finally:
            _close_connections()


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()


def _execute(given: list[str]) -> int:
    from geoportal.terminal import Commands

    try:
        if not given or given in (["help"], ["--help"], ["-h"]):
            sys.stdout.write(overview() + "\n")
        else:
            Commands(["geoportal", *given], os.environ).execute()
    except SystemExit as ended:
        if isinstance(ended.code, str):
            _complain(given, ended.code)
            return 1
        return ended.code or 0
    return 0


def overview() -> str:
    """Our own verbs with a sentence each, then the names of those of the libraries."""
    import django
    from django.core.management import get_commands, load_command_class

    django.setup()
    commands = get_commands()
    own = {name for name, app in commands.items() if app.split(".")[0] in OWN_PACKAGES}
    width = max(map(len, own), default=0)
    lines = [f"  {name:<{width}}  {load_command_class(commands[name], name).help}" for name in sorted(own)]
    others = ", ".join(sorted(set(commands) - own))
    return "\n".join(
        [
            "geoportal VERB [options]: civic geoportal of Kazakhstan",
            "",
            *lines,
            "",
            "`geoportal VERB --help` describes one. From Django and its libraries:",
            f"  {others}",
        ]
    )


def _complain(given: Sequence[str], reason: str) -> None:
    sys.stderr.write(f"{' '.join(['geoportal', *given[:1]])}: {reason}\n")
