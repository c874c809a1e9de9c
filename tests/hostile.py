"""What is sent to the application to break it: addresses, bodies, texts, names of files, files."""

import re
from pathlib import Path

WEBAPP = Path(__file__).parent.parent / "webapp"
TRICKS = (
    "{path};x=1", "/{path}", "//example.org{path}", "{path}/", "{path}%00", "{path}/%2e%2e/berkas", "/masuk/..{path}",
    "/masuk/%2e%2e/{bare}", "/static/..{path}", "/static/..%2f{bare}", "/static/..;{path}", "/sehat/%2e%2e/{bare}",
    "/%2f{bare}", "{path}%20", "{path}.css", "{path}?next=/masuk", "/.{path}", "/bahasa/id%2f..%2f..%2f{bare}",
)  # fmt: skip
DOCTYPE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
BODIES = {
    "deep": b'{"a":' * 100_000, "nan": b'{"a": NaN, "b": -Infinity}', "surrogate": b'{"a": "\\ud800"}',
    "twice": b'{"a": 1, "a": 2}', "no utf-8": b"\xff\xfe%ff=%fe", "upload": b'{"berkas": {"filename": "/etc/passwd"}}',
    "nul": b"a=\0&b=%00", "doctype": DOCTYPE, "pickle": b"\x80\x04N.",
}  # fmt: skip
NAMES_OF_FILES = ["a; filename=b.html; x=.pdf", "../../../a.pdf", "é%0d%0aSet-Cookie: x.pdf", "a'b;c=d,e.pdf"]
STRANGE = [
    b"", b"\0", b"\xed\xa0\x80", b"\xff", b"'\"><script>alert(1)</script>", b"9" * 5000, "\u0663\u00b2".encode(),
    b"NaN", b"1e999999", b"9999-12-31", b"%s%n{0}{{7*7}}", b"../../etc/passwd", b"\r\nX: y",
    b"' OR 1=1 --", b"P99999999Y",
]  # fmt: skip
NAMES = sorted(
    {name for path in WEBAPP.rglob("*.html") for name in re.findall(r'name="(\w+)"', path.read_text())}
    | {name for path in WEBAPP.glob("*.py") for name in re.findall(r'get\("(\w+)"', path.read_text())}
    - {"csrf_token", "request"}
)  # fmt: skip
HOSTILE_FILES = {
    "a.bpmn doctype": DOCTYPE, "a.dmn doctype": DOCTYPE, "a.json deep": b"[" * 100_000, "a.json nan": b'{"id": NaN}',
    "a.json surrogate": b'{"id": "\\ud800", "components": []}', "a.json twice": b'{"id": "a", "id": "b"}',
    "a.bpmn deep": b"<a>" * 100_000, "a.dmn deep": b"<a>" * 100_000, "a.bpmn nul": b"<a>\0</a>",
    "a.bpmn utf-16": "<a/>".encode("utf-16"),
}  # fmt: skip
