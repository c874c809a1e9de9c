"""Where the bytes of documents lie, each under its SHA-256: in a folder, or in a bucket that speaks S3."""

import hashlib
import itertools
import logging
import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from engine.errors import BadValue, SystemNotReady

LARGEST = 20_000_000  # bytes
CHUNK = 1 << 16
CONNECT, ANSWER, AGAIN = timedelta(seconds=5), timedelta(seconds=60), timedelta(seconds=10)  # how long to wait for S3
Accept = Callable[[bytes], None]
log = logging.getLogger("sopan.stores")


class Store(ABC):
    """Keeps bytes and gives them back unchanged, or says that it cannot."""

    @abstractmethod
    def put(self, source: IO[bytes], accept: Accept) -> tuple[str, int]:
        """Keep the bytes of a stream, unless `accept` raises at how they begin. (hash, size). They lie there whole or
        not at all. Raises BadValue, SystemNotReady."""

    @abstractmethod
    def find(self, sha256: str) -> bytes | None:
        """What lies under a hash, whatever it is. Raises SystemNotReady."""

    def file(self, sha256: str, folder: Path) -> Path:
        """A file with the bytes of a hash, in a folder for passing use if the store has none. Raises SystemNotReady."""
        copy = folder / sha256
        copy.write_bytes(self.read(sha256))
        return copy

    def read(self, sha256: str) -> bytes:
        """The bytes with a hash. Raises SystemNotReady if they are not there, or not those any more."""
        found = self.find(sha256)
        if found is None:
            raise SystemNotReady("Isi dokumen {sha256} tidak ada di penyimpanan.", sha256=sha256)
        if hashlib.sha256(found).hexdigest() != sha256:
            raise SystemNotReady("Isi dokumen {sha256} di penyimpanan telah berubah.", sha256=sha256)
        return found


class Folder(Store):
    """Files named by the hash of their content."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the bytes with this hash lie."""
        return self.folder / sha256[:2] / sha256

    def put(self, source: IO[bytes], accept: Accept) -> tuple[str, int]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as target:
            try:
                sha256, size = _copy(source, target, accept)
                target.flush()
                os.fsync(target.fileno())
                _keep(Path(target.name), self.path(sha256))
            except BaseException:
                Path(target.name).unlink(missing_ok=True)
                raise
        return sha256, size

    def file(self, sha256: str, folder: Path) -> Path:
        return self.path(sha256)

    def find(self, sha256: str) -> bytes | None:
        try:
            return self.path(sha256).read_bytes()
        except FileNotFoundError:
            return None


class Bucket(Store):
    """Objects named by the hash of their content. An object is made once and never written over."""

    def __init__(self, objects: S3Store) -> None:
        self.objects = objects

    def put(self, source: IO[bytes], accept: Accept) -> tuple[str, int]:
        with tempfile.TemporaryFile() as copy:
            sha256, size = _copy(source, copy, accept)
            copy.seek(0)
            with _reached():
                try:
                    obstore.put(self.objects, _name(sha256), copy, mode="create", use_multipart=False)
                except AlreadyExistsError:
                    self.read(sha256)  # it must be the same
        return sha256, size

    def find(self, sha256: str) -> bytes | None:
        with _reached():
            try:
                return bytes(obstore.get(self.objects, _name(sha256)).bytes())
            except FileNotFoundError:
                return None


def at(place: str) -> Store:
    """The store at a folder, or at s3://BUCKET/PREFIX with what the environment says (AWS_ENDPOINT, AWS_REGION,
    AWS_ACCESS_KEY_ID, ...; AWS_ALLOW_HTTP=true for an endpoint without TLS). Raises SystemNotReady for another kind."""
    if "://" not in place:
        return Folder(Path(place))
    plain = os.environ.get("AWS_ALLOW_HTTP", "").lower() == "true"
    try:
        objects = S3Store.from_url(
            place,
            client_options={"connect_timeout": CONNECT, "timeout": ANSWER, "allow_http": plain},
            retry_config={"max_retries": 2, "retry_timeout": AGAIN},
            checksum_algorithm="sha256",
        )
    except (BaseError, ValueError) as error:
        text = "Penyimpanan dokumen {place} tidak dikenal: folder, atau s3://BUCKET/AWALAN."
        raise SystemNotReady(text, place=place) from error
    return Bucket(objects)


@contextmanager
def _reached() -> Iterator[None]:
    """Whatever the store or the way to it refuses becomes a sentence; the log has the reason."""
    try:
        yield
    except (BaseError, OSError) as error:
        log.error("the document store: %s", str(error).partition("\n")[0])
        raise SystemNotReady("Penyimpanan dokumen tidak dapat dicapai. Tidak ada yang disimpan.") from error


def _name(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def _copy(source: IO[bytes], target: IO[bytes], accept: Accept) -> tuple[str, int]:
    """Copy a stream. (hash, size). Raises BadValue for one that is too large, and what `accept` raises."""
    begins = source.read(CHUNK)
    accept(begins)
    digest, size = hashlib.sha256(), 0
    for chunk in itertools.chain([begins], iter(lambda: source.read(CHUNK), b"")):
        size += len(chunk)
        if size > LARGEST:
            raise BadValue("Berkas lebih besar dari {most} MB.", most=str(LARGEST // 1_000_000))
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest(), size


def _keep(temporary: Path, target: Path) -> None:
    """Move the file to its name, so that it survives a power cut before any row speaks of it."""
    target.parent.mkdir(exist_ok=True)
    os.replace(temporary, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
