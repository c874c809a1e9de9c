"""Submitting a step over HTTP, with form and documents, to an empty fsynced commit with a session (CPU, p50)."""

import http.client
import statistics
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from browsing import Visitor
from form_samples import A01
from waitress.server import create_server

from bench.figures import Row, Size, Watch
from bench.folder import cast, commit, seeded, start, upload
from engine import accounts, cases
from engine.database import Database
from engine.people import today
from webapp import create_app


class Browser:
    """A signed-in browser on one kept connection."""

    def __init__(self, found: Database, port: int, username: str) -> None:
        visitor = Visitor(found, username)  # signs in
        visitor.read_token()
        self.token = visitor.token
        cookies = visitor.client._cookies.values()
        self.headers = {"Cookie": "; ".join(f"{c.key}={c.value}" for c in cookies)}
        self.headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection = http.client.HTTPConnection("127.0.0.1", port)

    def submit(self, item: str, fields: dict[str, object], key: str) -> int:
        """Send the form of a step. The status."""
        data = {"csrf_token": self.token, "request": key, "aksi": "selesai", **fields}
        body = urllib.parse.urlencode(data, doseq=True)
        self.connection.request("POST", f"/tugas/{item}", body, self.headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status


@contextmanager
def served(found: Database, threads: int = 8) -> Iterator[int]:
    """The application under waitress on loopback: its port."""
    server = create_server(create_app(found), host="127.0.0.1", port=0, threads=threads)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.effective_port
    server.close()
    thread.join(timeout=10)


def ready(found: Database, number: int) -> list[str]:
    """Work items of the SOP's first step, with their documents, for the PPK to complete."""
    actors, items = cast(found), []
    for n in range(number):
        case = start(found, actors, n + 1)
        with found.session() as session:
            [item] = cases.open_items(session, [case])[case]
            upload(found, session, item, actors["ppk"])
            items.append(item.id)
    return items


def form() -> dict[str, object]:
    """What the PPK fills in."""
    return A01 | {"tgl_hps": today().isoformat()}


@contextmanager
def counted(found: Database) -> Iterator[list[object]]:
    """The commits of a database while the block runs."""
    commits: list[object] = []

    def listen(connection: object) -> None:
        commits.append(connection)

    sa.event.listen(found.engine, "commit", listen)
    yield commits
    sa.event.remove(found.engine, "commit", listen)


def measure(size: Size) -> Iterator[Row]:
    """One client after the other, and how many commits each submit made."""
    number = 10 * size.rounds
    with seeded() as found, served(found) as port:
        browser, submits, empty = Browser(found, port, "ppk"), Watch(), Watch()
        items = ready(found, number + 1)
        assert browser.submit(items.pop(), form(), "k" * 22) == 302
        with counted(found) as commits:
            for n, item in enumerate(items):
                with submits:
                    status = browser.submit(item, form(), f"{n:022d}")
                assert status == 302, status
        browser.connection.close()
        for _ in items:
            with empty, found.session() as session:
                accounts.signed_in(session, browser.token)
                commit(session)
    ours, alone = statistics.median(submits.walls), statistics.median(empty.walls)
    ratio = (submits.cost(number) / empty.cost(number))[0]
    yield "a submit over HTTP / an empty commit with a session (CPU, p50)", (ratio, ours / alone), "p50 <= 8"
    yield "... milliseconds (CPU, p50)", (submits.cpu * 1e3 / number, ours * 1e3), ""
    yield "commits a submit", (len(commits) / number,), "1"
