"""``python3 -m geoportal.bootstrap VERB``: what the Makefile calls. Reads like the list of steps it is."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this runs before anything could check it
    sys.exit("geoportal: Python 3.11 or newer is needed: PYTHON=python3.11 make run")

import fcntl
import os
import secrets
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from geoportal.bootstrap import environment, packages, serve, system
from geoportal.bootstrap.cluster import private_database
from geoportal.bootstrap.console import BootstrapError, say
from geoportal.bootstrap.places import REPOSITORY, VAR, VENV, VENV_PYTHON

TEST_PROCESSES = "2"
LINTERS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy", "."),
    ("lint-imports",),
)
# A production's settings as docs/operations.md advises them: `check --deploy` has nothing to say about these.
AS_DEPLOYED = {
    "GEOPORTAL_PRODUCTION": "1",
    "ALLOWED_HOSTS": "map.example.kz",
    "PORTAL_ORIGIN": "https://map.example.kz",
    "BEHIND_PROXY": "1",
}


def run() -> int:
    """Set everything up and serve until asked to stop."""
    address = serve.Address.from_environment(os.environ)
    address.check_free()
    install(dev=False)
    with database() as env:
        if code := geoportal("prepare", env=env):
            return code
        # What people sign, and links in mails, name the portal as it is reached.
        if not {"PORTAL_ORIGIN", "PORTAL_ORIGIN_FILE"} & set(env):
            env["PORTAL_ORIGIN"] = address.url
        commands = {"web server": serve.web_command(address, env), "worker": serve.worker_command()}
        return serve.supervise(
            commands,
            env,
            ready=lambda: serve.answers(address, "/readyz", env),
            on_ready=lambda: say(f"The portal is at {address.url}  (Ctrl-C stops it)"),
        )


def test(arguments: Sequence[str]) -> int:
    """Set everything up and run the tests; all of them on two processes unless arguments say otherwise."""
    install(dev=True, browser=True)
    with database() as env:
        if code := geoportal("prepare", "--files-only", env=env):
            return code
        env["CHROMIUM"] = system.chromium() or ""
        return call(
            VENV_PYTHON,
            "-m",
            "pytest",
            *(arguments or ("-n", TEST_PROCESSES, "--create-db")),
            env=env,
        )


def lint() -> int:
    """Every check that reads code instead of running it; all are run, the first failure is the exit code."""
    install(dev=True)
    codes = [call(VENV / "bin" / name, *arguments) for name, *arguments in LINTERS]
    with database() as env:
        codes.append(geoportal("makemigrations", "--check", "--dry-run", env=env))
        secret = {name: secrets.token_urlsafe(50) for name in ("SECRET_KEY", "IIN_PEPPER")}
        deployed = {**env, **AS_DEPLOYED, **secret}
        codes.append(geoportal("check", "--deploy", "--fail-level", "WARNING", env=deployed))
    return next(filter(None, codes), 0)


def bench(arguments: Sequence[str]) -> int:
    """The benchmarks, which print ratios."""
    install(dev=True)
    with database() as env:
        return call(VENV_PYTHON, "-m", "tests.benchmarks", *arguments, env=env)


def web() -> int:
    """The web server alone, for containers and service managers: this process becomes it."""
    if not database_is_given():
        raise BootstrapError("the web server alone needs DATABASE_URL; make run starts a private database")
    command = serve.web_command(serve.Address.from_environment(os.environ), os.environ)
    os.chdir(REPOSITORY)
    os.execv(command[0], command)


def healthy() -> int:
    """Whether the web server of this machine answers, for a container's health check."""
    return 0 if serve.answers(serve.Address.from_environment(os.environ), "/healthz", os.environ) else 1


def with_database(command: Sequence[str]) -> int:
    """Any program, with DATABASE_URL in its environment; the private database runs meanwhile."""
    with database() as env:
        return call(*command, env=env)


def install_only() -> int:
    """The set-up without the database, for building a container."""
    install(dev=False)
    return 0


def install(*, dev: bool, browser: bool = False) -> None:
    """System packages, virtual environment and npm packages. One run at a time in a checkout."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "install.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        needs = [system.VENV] if not VENV_PYTHON.exists() else []
        needs += [] if database_is_given() else [system.DATABASE]
        needs += [system.BROWSER] if browser else []
        system.ensure(needs)
        environment.ensure(dev=dev)
        packages.ensure()


def database_is_given() -> bool:
    return bool(os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"))


@contextmanager
def database() -> Iterator[dict[str, str]]:
    """The environment for programs that use the database: the given one, else this checkout's private one."""
    with nullcontext() if database_is_given() else private_database() as url:
        yield {**os.environ, **({"DATABASE_URL": url} if url else {})}


def geoportal(*arguments: str, env: dict[str, str]) -> int:
    return call(VENV_PYTHON, "-m", "geoportal", *arguments, env=env)


def call(*command: str | Path, env: dict[str, str] | None = None) -> int:
    """Run a program to its end and return its exit code; when we are interrupted, let it end in order."""
    with subprocess.Popen(command, cwd=REPOSITORY, env=env) as process:  # leaving the block waits
        try:
            return process.wait()
        except Terminated:
            process.terminate()
            raise


def main(arguments: Sequence[str]) -> int:
    verb, *rest = arguments or [""]
    verbs = {
        "run": run,
        "lint": lint,
        "install": install_only,
        "with-database": lambda: with_database(rest),
        "web": web,
        "healthy": healthy,
        "test": lambda: test(rest),
        "bench": lambda: bench(rest),
    }
    if verb not in verbs:
        raise BootstrapError(f"{verb or 'nothing'} is not one of {', '.join(verbs)}")
    return verbs[verb]()


class Terminated(KeyboardInterrupt):
    """SIGTERM: unwinds like Ctrl-C, but unlike that reached only us and not what we started."""


def terminate(*_: object) -> None:
    raise Terminated


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, terminate)
    try:
        sys.exit(main(sys.argv[1:]))
    except (BootstrapError, OSError) as error:
        sys.exit(f"geoportal: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
