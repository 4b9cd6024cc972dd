"""Chromium against the portal as served: granian, hashed files, the real policy, a database of its own."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Headless machines have no graphics card: SwiftShader draws WebGL in software. It only draws WebGL: pages put
# together by it as well take twice the processor's time.
SWIFTSHADER = [
    *("--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"),
    "--disable-gpu-compositing",
]
ALWAYS = ["--no-sandbox", "--disable-background-networking"]
START_TIMEOUT_S = 60
# What is true at once is seen at once; without a graphics card, and beside other tests, the rest takes time.
expect.set_options(timeout=30_000)


@dataclass
class Portal:
    """The running portal. ``sql`` asks its database; ``environment`` is what its programs run in."""

    url: str
    database: str
    environment: dict[str, str]

    def sql(self, query: str, *values: object) -> int:
        with psycopg.connect(self.database) as connection:
            row = connection.execute(query, values).fetchone()
            assert row is not None
            return int(row[0])


@dataclass
class Installation:
    """A database, the environment of programs that use it, and a folder for what they write."""

    name: str
    environment: dict[str, str]
    folder: Path

    @contextmanager
    def filled(self, word: str, *arguments: str, **settings: str) -> Iterator[Portal]:
        """A copy, filled by a Python program and served with these settings."""
        with database(f"{self.name}_{word}", template=self.name) as url:
            own = {
                "DATABASE_URL": url,
                "SNAPSHOT_DIR": str(self.folder / f"{word}-snapshot"),
                "LOG_KEY_DIR": str(self.folder / f"{word}-log"),
            }
            copy = Installation(word, {**self.environment, **own}, self.folder)
            copy.run(*arguments)
            # The worker would have made it within a minute.
            copy.run("-m", "django", "build_snapshot")
            pooled = {**copy.environment, "DATABASE_POOL_SIZE": "4", **settings}
            with serving(pooled, self.folder / f"{word}.log") as address:
                yield Portal(address, url, pooled)

    def run(self, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"


@dataclass
class Complaints:
    """What went wrong in a page. ``expected`` are parts of messages that a test provokes itself."""

    found: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def unexpected(self) -> list[str]:
        return [line for line in self.found if not any(part in line for part in self.expected)]


@pytest.fixture(scope="package")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Boundaries and categories, no feature: the portals below begin as copies of it."""
    folder = tmp_path_factory.mktemp("browser")
    name = f"browser_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    environment = {
        **os.environ,
        "STATIC_ROOT": str(folder / "static"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "DATABASE_POOL_SIZE": "0",
        "DEBUG": "0",
    }
    environment.setdefault("DJANGO_SETTINGS_MODULE", "geoportal.settings")
    with database(name) as url:
        installation = Installation(name, {**environment, "DATABASE_URL": url}, folder)
        installation.run("-m", "tests.browser.installation")
        yield installation


@pytest.fixture(scope="package")
def portal(empty: Installation) -> Iterator[Portal]:
    """With the few known features of tests/browser/country.py."""
    with empty.filled("country", "-m", "tests.browser.country") as running:
        yield running


@pytest.fixture(scope="package")
def demo(empty: Installation) -> Iterator[Portal]:
    """As `make run` shows it the first time."""
    with empty.filled("demo", "-m", "django", "seed_demo", "--until", "2026-11-01") as running:
        yield running


@contextmanager
def database(name: str, *, template: str = "template1") -> Iterator[str]:
    """A database of this name while the block lasts; gives its address."""
    with psycopg.connect(database_address(settings.DATABASES["default"]["NAME"]), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield database_address(name)
        finally:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def database_address(name: str) -> str:
    """The configured server with another database."""
    configured = os.environ.get("DATABASE_URL", "postgresql://geoportal@localhost/geoportal")
    return urlsplit(configured)._replace(path=f"/{name}").geturl()


class serving:
    """The web server while the block lasts; gives its address."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment, self.log = environment, log

    def __enter__(self) -> str:
        command = ["-m", "granian", "--interface", "wsgi", "geoportal.wsgi:application", "--workers", "1"]
        command += ["--port", str(self.port), "--blocking-threads", "4", "--log-level", "warning"]
        self.output = self.log.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=self.environment, stdout=self.output, stderr=self.output
        )
        url = f"http://127.0.0.1:{self.port}"
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self.answers(f"{url}/healthz"):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)
        return url

    def answers(self, address: str) -> bool:
        try:
            with urllib.request.urlopen(address, timeout=2) as response:
                return response.status == 200
        except OSError:
            return False

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)
        self.output.close()


@pytest.fixture(scope="package")
def launch() -> Iterator[Callable[..., Browser]]:
    """``launch("--flag")``: a Chromium with these flags, one of each kind.

    Ended with the package: while Playwright runs, Django's ORM refuses to work in this thread.
    """
    if CHROMIUM is None:
        pytest.fail("Chromium is missing; make test installs it")
    with ExitStack() as stack:
        driver = stack.enter_context(sync_playwright())
        running: dict[tuple[str, ...], Browser] = {}

        def start(*flags: str) -> Browser:
            if flags not in running:
                running[flags] = driver.chromium.launch(executable_path=CHROMIUM, args=[*ALWAYS, *flags])
                stack.callback(running[flags].close)
            return running[flags]

        yield start


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """An error of the console, script, policy or network, or a request to another host, fails the test."""
    heard = Complaints()
    yield heard
    assert heard.unexpected() == []


@pytest.fixture
def open_page(
    portal: Portal, launch: Callable[..., Browser], complaints: Complaints
) -> Iterator[Callable[..., Page]]:
    """``open_page("/?lang=en", width=360, …)``: a page in a fresh context; ``before`` it is asked for."""
    with ExitStack() as stack:

        def start(
            address: str,
            *,
            of: Portal = portal,
            width: int = 1280,
            height: int = 800,
            webgl: bool = True,
            before: Callable[[Page], None] | None = None,
            **options: Any,
        ) -> Page:
            browser = launch(*(SWIFTSHADER if webgl else ["--disable-3d-apis", "--disable-gpu"]))
            context = browser.new_context(
                viewport={"width": width, "height": height},
                locale="en-GB",
                timezone_id="Asia/Almaty",
                **options,
            )
            stack.callback(context.close)
            page = context.new_page()
            listen(page, of.url, complaints)
            if before is not None:
                before(page)
            page.goto(of.url + address)
            return page

        yield start


def is_complaint(message: ConsoleMessage) -> bool:
    """Errors and warnings, but for what WebGL without a graphics card says of its own speed."""
    return (
        message.type in {"error", "warning"} and "GL Driver Message (OpenGL, Performance" not in message.text
    )


def listen(page: Page, origin: str, complaints: Complaints) -> None:
    hear = complaints.found.append
    page.on("console", lambda m: hear(f"{m.type}: {m.text}") if is_complaint(m) else None)
    page.on("pageerror", lambda error: hear(f"script: {error}"))
    page.on("response", lambda r: hear(f"{r.status}: {r.url}") if r.status >= 400 else None)
    page.on(
        "request",
        lambda r: hear(f"elsewhere: {r.url}") if not r.url.startswith((origin, "data:", "blob:")) else None,
    )
