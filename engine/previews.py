"""Looking at a document without opening it: its pages, drawn by `engine.raster` in a process of its own."""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

from engine import programs
from engine.errors import NotFound, SystemNotReady
from engine.model import Document
from engine.stores import Store

PROGRAM = str(Path(__file__).with_name("raster.py"))  # not imported: what reads documents stays out of our process
KINDS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}  # media type -> what is drawn
MOST_PAGES = 20
SECONDS, WAIT = 20, 30  # of one picture; for a place among
AT_ONCE = BoundedSemaphore(2)
MOST_BYTES = 8_000_000  # of one picture


@dataclass(frozen=True)
class Picture:
    """One page."""

    media_type: str
    content: bytes


def pages(store: Store, document: Document) -> int:
    """How many pages a document has that can be looked at; 0: none, it can only be downloaded."""
    kind = KINDS.get(document.media_type)
    if kind != "pdf":
        return 1 if kind else 0
    said = _drawn(store, document, "pages")
    return int(said) if said.isdigit() else 0


def picture(store: Store, document: Document, number: int) -> Picture:
    """The picture of a page, drawn anew. Raises NotFound: there is none. Raises SystemNotReady: too many ask."""
    kind = KINDS.get(document.media_type)
    if kind is None or not 1 <= number <= (MOST_PAGES if kind == "pdf" else 1):
        raise NotFound("Halaman itu tidak dapat ditampilkan.")
    content = _drawn(store, document, kind, str(number))
    if not content:
        raise NotFound("Halaman itu tidak dapat ditampilkan.")
    return Picture("image/jpeg" if kind == "jpg" else "image/png", content)


def _drawn(store: Store, document: Document, *words: str) -> bytes:
    """What the program gives; nothing where it cannot read the document, or not in time."""
    if not AT_ONCE.acquire(timeout=WAIT):
        raise SystemNotReady("Terlalu banyak dokumen sedang ditampilkan. Coba lagi sebentar.")
    try:
        with tempfile.TemporaryFile() as file:
            file.write(store.read(document.sha256))
            file.seek(0)
            ended = programs.run([sys.executable, "-I", PROGRAM, *words], file, SECONDS, MOST_BYTES, {})
    finally:
        AT_ONCE.release()
    return ended.said if ended.code == 0 else b""
