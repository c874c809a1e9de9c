"""A person's browser on loopback, as small as it can be: signs in, sends forms, and remembers what it was told."""

import http.client
import re
import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

from tests.faults.ledger import Answer, Ledger, Sent

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
ITEM = re.compile(r'href="/tugas/(\w+)"')
SECONDS = 40.0  # longer than any lock may be waited for
AWAY = (OSError, http.client.HTTPException)
NOTE = "catatan_pelaksana"
Files = Mapping[str, tuple[str, bytes]]


class Client:
    """One signed-in browser. What is not answered is remembered as unknown, and can be sent again."""

    def __init__(self, port: int, ledger: Ledger) -> None:
        self.port, self.ledger = port, ledger
        self.cookie = self.token = ""

    def sign_in(self, username: str, password: str) -> None:
        """Raises OSError if the server does not answer, AssertionError if it does not let us in."""
        self._read_token("/masuk")
        status, _, _ = self._post("/masuk", {"username": username, "password": password})
        assert status == 302, status
        self._read_token("/")

    def copy(self) -> "Client":
        """The same browser in a second window."""
        other = Client(self.port, self.ledger)
        other.cookie, other.token = self.cookie, self.token
        return other

    def inbox(self) -> list[str]:
        """The ids of the steps that wait."""
        return sorted(set(ITEM.findall(self.get("/")[1])))

    def start(self, key: str, **fields: str) -> Sent:
        """Start a case; its title is the note."""
        sent = Sent("start", f"/berkas/baru/{key}")
        return self.send(self.ledger.remember(sent), fields)

    def complete(self, item: str) -> Sent:
        """Complete a step that has no form, with a note."""
        return self.send(self.ledger.remember(Sent("complete", f"/tugas/{item}")))

    def send(self, sent: Sent, fields: Mapping[str, str] | None = None, files: Files | None = None) -> Sent:
        """Send a command, for the first time or again under the same key."""
        ours = {"start": {"nama_paket": sent.note}, "complete": {NOTE: sent.note, "aksi": "selesai"}}
        given = ours.get(sent.kind, {}) | dict(fields or {}) | {"request": sent.key}
        try:
            status, location, _ = self._post(sent.path, given, files)
        except AWAY:
            sent.answers.append(Answer(None))
        else:
            sent.answers.append(Answer(status, location))
        return sent

    def get(self, path: str) -> tuple[int, str]:
        """(status, body)."""
        status, _, body = self._ask("GET", path)
        return status, body

    def _read_token(self, path: str) -> None:
        found = TOKEN.search(self.get(path)[1])
        assert found, path
        self.token = found[1]

    def _post(self, path: str, fields: Mapping[str, str], files: Files | None = None) -> tuple[int, str, str]:
        given = {"csrf_token": self.token, **fields}
        if not files:
            return self._ask("POST", path, urlencode(given).encode(), "application/x-www-form-urlencoded")
        boundary = secrets.token_hex(16)
        return self._ask("POST", path, _parts(boundary, given, files), f"multipart/form-data; boundary={boundary}")

    def _ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        headers = {"Cookie": self.cookie} if self.cookie else {}
        try:
            connection.request(method, path, body or None, headers | ({"Content-Type": kind} if kind else {}))
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            if cookie.startswith("sopan="):
                self.cookie = cookie.split(";")[0]
        return answer.status, answer.headers.get("Location", ""), text


def _parts(boundary: str, fields: Mapping[str, str], files: Files) -> bytes:
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    for name, (filename, content) in files.items():
        head = f'name="{name}"; filename="{filename}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        parts.append(head.encode() + content)
    line = f"--{boundary}".encode()
    told = b"".join(line + b"\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts)
    return told + line + b"--\r\n"
