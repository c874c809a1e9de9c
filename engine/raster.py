"""A program of its own, with nothing of ours in it: a page of a PDF, or a photo, drawn anew as a plain picture.

`python raster.py pdf 2` takes the document on its standard input and gives the picture of the second page on its
standard output; `python raster.py pages` gives how many pages there are. Whatever a document may do here, it does in
a process without our settings, with little memory and time, that opens no files; what comes back is pixels.
"""

import io
import resource
import sys

import pypdfium2
from PIL import Image, ImageOps

MEMORY, SECONDS = 1 << 30, 10  # of address space; of computing
WIDTH, HEIGHT = 1100, 2200  # pixels of a picture, at most
MOST_PIXELS = 60_000_000  # of a photo, unpacked
PHOTOS = {"png": "PNG", "jpg": "JPEG"}


def main(kind: str, number: int) -> bytes:
    """What was asked for."""
    content = sys.stdin.buffer.read()
    if kind == "pages":
        return str(len(pypdfium2.PdfDocument(content))).encode()
    return _page(content, number) if kind == "pdf" else _photo(content, PHOTOS[kind])


def _page(content: bytes, number: int) -> bytes:
    page = pypdfium2.PdfDocument(content)[number - 1]
    width, height = page.get_size()
    scale = min(WIDTH / max(width, 1), HEIGHT / max(height, 1), 3)
    return _written(page.render(scale=scale).to_pil(), "PNG")


def _photo(content: bytes, kind: str) -> bytes:
    with Image.open(io.BytesIO(content), formats=[kind]) as photo:
        if photo.width * photo.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        photo.draft("RGB", (WIDTH, HEIGHT))  # a large JPEG is unpacked smaller
        upright = ImageOps.exif_transpose(photo)
        upright.thumbnail((WIDTH, HEIGHT))
        return _written(upright.convert("RGB" if kind == "JPEG" else "RGBA"), kind)


def _written(picture: Image.Image, kind: str) -> bytes:
    """A new file: pixels only, no place where the photo was taken, nothing behind its end."""
    plain, written = Image.new(picture.mode, picture.size), io.BytesIO()
    plain.paste(picture)
    plain.save(written, kind, quality=82, optimize=True)
    return written.getvalue()


if __name__ == "__main__":
    Image.init()  # every module that it may need is loaded before no file can be opened any more
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 25, 1 << 25))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    sys.stdout.buffer.write(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1))
