"""A page with nothing but the modeler, under the application's content security policy, on a server of its own."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).parent
DIST = HERE.parent.parent / "webapp" / "static" / "dist"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'"
)
PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Model</title>
<meta name="csrf-token" content="abc"><link rel="stylesheet" href="/dist/modeler.css"></head><body>
<button id="save">Simpan</button><button id="download">Unduh</button>
<button id="undo">Urungkan</button><button id="redo">Ulangi</button><p id="status" role="status"></p>
<div class="modeler"><div id="canvas" data-src="/model" data-save="/save" data-file="contoh.bpmn"></div>
<div id="properties"></div></div><ol id="problems"></ol><script src="/dist/modeler.js"></script></body></html>"""
KINDS = {".js": "text/javascript", ".css": "text/css", ".bpmn": "application/xml", ".woff2": "font/woff2"}


class Bench:
    """What the page sent, and what the server answers to it."""

    def __init__(self) -> None:
        self.address = ""
        self.model = HERE / "sample.bpmn"
        self.saved: list[tuple[str, str]] = []  # (CSRF header, XML)
        self.answer: dict[str, object] = {"ok": True, "problems": []}


@contextmanager
def served() -> Iterator[Bench]:
    """The page on loopback, for as long as the block runs."""
    bench = Bench()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = Path(urlsplit(self.path).path)
            if path.name in ("id", "en"):
                return self.reply(PAGE.format(language=path.name).encode(), "text/html; charset=utf-8")
            file = bench.model if path.name == "model" else DIST / path.name
            if not file.is_file():
                return self.reply(b"", "text/plain", 404)
            return self.reply(file.read_bytes(), KINDS.get(file.suffix, "application/octet-stream"))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            bench.saved.append((self.headers["X-CSRFToken"], body.decode()))
            self.reply(json.dumps(bench.answer).encode(), "application/json")

        def reply(self, body: bytes, kind: str, status: int = 200) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Security-Policy": POLICY}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: the tests say what they saw."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        bench.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield bench
        finally:
            server.shutdown()
            thread.join()
