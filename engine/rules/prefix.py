"""The prefix of case numbers is short and safe in a letter, a file name and a link."""

import re
from collections.abc import Iterator

from engine.definition import Definition
from engine.rules._tree import sopan

SEVERITY = "error"
VALID = re.compile(r"[A-Za-z0-9]{2,8}")


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """sopan:prefix of the process, where there is one."""
    text = process.element.get(sopan("prefix"))
    if text is not None and not VALID.fullmatch(text):
        yield process.key or None, f"Awalan nomor berkas “{text[:40]}” tidak sah. Pakai 2 sampai 8 huruf atau angka."
