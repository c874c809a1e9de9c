"""Real places where letters go, on loopback: an SMTP server and a webhook that take, refuse, delay or vanish."""

import email
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

SECRET = "rahasia-gerbang-uji-0123456789abcdef"
BASE = "https://sopan.example"
PASSWORD = "kata-sandi-surel"


class Taking:
    """What an SMTP server does with a letter: `answers` are said one after the other, the last one for ever."""

    def __init__(self, *answers: str, during: Callable[[], None] = lambda: None) -> None:
        self.answers, self.during = list(answers or ["250 OK"]), during
        self.letters: list[Message] = []

    async def handle_RCPT(self, _s: Any, _session: Any, envelope: Any, address: str, _o: list[str]) -> str:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _s: Any, _session: Any, envelope: Any) -> str:
        self.during()
        self.letters.append(email.message_from_bytes(envelope.content))
        return "250 OK"


class Server(Controller):
    """An SMTP server on a port that was free."""

    def __init__(self, taking: Taking, **options: Any) -> None:
        self.bound = socket.create_server(("127.0.0.1", 0))
        super().__init__(taking, hostname="localhost", port=self.bound.getsockname()[1], **options)

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self.bound)


@contextmanager
def smtp(patch: pytest.MonkeyPatch, taking: Taking, folder: Path, tls: str = "none") -> Iterator[Server]:
    """An SMTP server, and the environment that names it; with `starttls` it wants a sign-in too."""
    authority = trustme.CA()
    options: dict[str, Any] = {}
    if tls == "starttls":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        authority.cert_pem.write_to_path(folder / "ca.pem")
        (folder / "password").write_text(PASSWORD)
        patch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))
        patch.setenv("SOPAN_SMTP_USER", "sopan")
        patch.setenv("SOPAN_SMTP_PASSWORD_FILE", str(folder / "password"))
        options = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": _knows}
    controller = Server(taking, **options)
    controller.start()
    place = {"SMTP_HOST": "localhost", "SMTP_PORT": str(controller.port), "SMTP_TLS": tls}
    environment = place | {"MAIL_FROM": "sopan@sopan.example"}
    for name, value in (environment | {"BASE_URL": BASE}).items():
        patch.setenv(f"SOPAN_{name}", value)
    yield controller
    controller.stop(no_assert=True)


def _knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    return AuthResult(success=(given.login, given.password) == (b"sopan", PASSWORD.encode()))


class Receiver(HTTPServer):
    """A webhook's receiver: keeps what it got, and answers a status."""

    def __init__(self, status: int = 200) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.got = status, list[tuple[dict[str, str], bytes]]()


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/lain")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def webhook(patch: pytest.MonkeyPatch, folder: Path, status: int = 200) -> Iterator[Receiver]:
    """A receiver, and the environment that names it."""
    receiver = Receiver(status)
    thread = threading.Thread(target=receiver.serve_forever, daemon=True)
    thread.start()
    (folder / "webhook-secret").write_text(SECRET)
    patch.setenv("SOPAN_BASE_URL", BASE)
    patch.setenv("SOPAN_WEBHOOK_URL", f"http://127.0.0.1:{receiver.server_port}/masuk?saluran=wa")
    patch.setenv("SOPAN_WEBHOOK_SECRET_FILE", str(folder / "webhook-secret"))
    yield receiver
    receiver.shutdown()
    receiver.server_close()
    thread.join()
