"""Documents as outsiders send them: real PDFs and photos, and hostile ones."""

import io
import struct
import zipfile
import zlib

import pypdfium2
from PIL import Image

SCRIPT = "app.alert('x'); this.submitForm('http://localhost/');"


def pdf(pages: int = 2, width: float = 595, height: float = 842) -> bytes:
    """A PDF with empty pages."""
    made, written = pypdfium2.PdfDocument.new(), io.BytesIO()
    for _ in range(pages):
        made.new_page(width, height)
    made.save(written)
    made.close()
    return written.getvalue()


def scripted_pdf() -> bytes:
    """A PDF with a page and a script that runs when it is opened, for a viewer that runs scripts."""
    script = SCRIPT.replace("(", r"\(").replace(")", r"\)")
    parts = [
        f"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS({script})>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>",
    ]  # fmt: skip
    body, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += f"{number} 0 obj{part}endobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"trailer<</Size 4/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF"
    return body + f"xref\n0 4\n0000000000 65535 f \n{table}{end}".encode()


def photo(kind: str = "JPEG", behind: bytes = b"", size: tuple[int, int] = (64, 32)) -> bytes:
    """A photo that lies on its side and tells where it was taken, with something behind its end."""
    exif, written = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6  # turn it
    exif.get_ifd(0x8825)[1] = "S"
    Image.new("RGB", size, (200, 30, 30)).save(written, kind, exif=exif)
    return written.getvalue() + behind


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it has 60 000 times 60 000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def archive_bomb(part: str) -> bytes:
    """An archive of some hundred kilobytes with a part of 100 MB."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, b"0" * 100_000_000)
    return written.getvalue()
