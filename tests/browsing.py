"""A person at a browser without a screen: Flask's test client that signs in and sends forms with their CSRF token."""

import io
import json
import secrets
from collections.abc import Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from lxml import html
from werkzeug.test import TestResponse

from engine.database import Database
from webapp import create_app

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n"
CONTACT = "mailto:csirt@kota.example"
KEY = "k" * 22  # a key of a request


class Visitor:
    """Somebody at a browser of their own."""

    def __init__(self, database: Database, username: str | None = None, demo: bool = False) -> None:
        self.database = database
        self.client = create_app(database, demo=demo, contact=CONTACT).test_client()
        self.token = ""
        if username:
            assert self.sign_in(username).status_code == 302

    def password(self, username: str) -> str:
        accounts = json.loads((self.database.folder / "demo-accounts.json").read_text())
        return next(account["password"] for account in accounts if account["username"] == username)

    def sign_in(self, username: str, password: str | None = None, **fields: str) -> TestResponse:
        self.read_token("/masuk")
        given = {"username": username, "password": password or self.password(username), **fields}
        answer = self.post("/masuk", given)
        self.token = ""
        return answer

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, buffered=True, **more)

    def page(self, path: str, status: int = 200) -> html.HtmlElement:
        answer = self.get(path)
        assert answer.status_code == status, answer.text
        return html.fromstring(answer.text)

    def words(self, path: str, status: int = 200) -> str:
        """What a page's main part says, with single spaces."""
        return said(self.page(path, status))

    def read_token(self, path: str = "/") -> None:
        self.token = html.fromstring(self.get(path).text).xpath("string(//input[@name='csrf_token']/@value)")

    def post(self, path: str, fields: Mapping[str, Any] | None = None, **more: Any) -> TestResponse:
        if not self.token:
            self.read_token()
        given = {"csrf_token": self.token, "request": secrets.token_urlsafe(16), **(fields or {})}
        return self.client.post(path, data=given, buffered=True, **more)

    def send(self, item: str, fields: Mapping[str, Any], action: str = "selesai", key: str = KEY) -> TestResponse:
        """Send the form of a step."""
        return self.post(f"/tugas/{item}", {**fields, "request": key, "aksi": action})


def said(tree: html.HtmlElement | str) -> str:
    """The words of a page's main part."""
    tree = html.fromstring(tree) if isinstance(tree, str) else tree
    return " ".join(tree.xpath("//main")[0].text_content().split())


def file(name: str = "hps.pdf", content: bytes = PDF) -> tuple[io.BytesIO, str]:
    """A file to upload."""
    return io.BytesIO(content), name


@contextmanager
def statements(database: Database):
    """What the database is told while the block runs."""
    told: list[str] = []

    def listen(_: Any, __: Any, statement: str, *___: Any) -> None:
        told.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", listen)
    yield told
    sa.event.remove(database.engine, "before_cursor_execute", listen)
