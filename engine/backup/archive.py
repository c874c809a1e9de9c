"""The archive: a tar file that begins with a manifest of what it holds, by size and SHA-256. Only known names go in or
come out, so no name leads out of the folder."""

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from engine import values
from engine.errors import BadValue, SystemNotReady

FORMAT = 1
MANIFEST, DATABASE = "manifest.json", "sopan.db"
KEYS = ("secret", "secret-before", "demo-accounts.json")  # of a data folder, if they are there
MEMBER = re.compile(r"sopan\.db|secret(?:-before)?|demo-accounts\.json|documents/([0-9a-f]{2})/(\1[0-9a-f]{62})")
CHUNK = 1 << 20
LARGEST_MANIFEST = 200_000_000  # bytes: about two million documents


@dataclass(frozen=True)
class Manifest:
    """What an archive holds."""

    revision: str  # of the schema
    made_at: str  # ISO instant
    rows: dict[str, int]  # by table
    members: dict[str, tuple[int, str]]  # name -> size in bytes, SHA-256

    @property
    def documents(self) -> int:
        return sum(1 for name in self.members if name.startswith("documents/"))

    @property
    def size(self) -> int:
        return sum(size for size, _ in self.members.values())

    def encode(self) -> bytes:
        """The manifest's bytes, with a hash over what they say."""
        told = {"format": FORMAT, **vars(self)}
        return json.dumps(told | {"sha256": _seal(told)}, sort_keys=True, indent=1).encode()


def pack(target: IO[bytes], manifest: Manifest, files: Mapping[str, Path]) -> None:
    """Write the manifest and its members. Raises SystemNotReady for a file that is not what the manifest says."""
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as tar:
        told = manifest.encode()
        tar.addfile(_entry(MANIFEST, len(told)), io.BytesIO(told))
        for name, (size, sha256) in manifest.members.items():
            try:
                with files[name].open("rb") as file:
                    source = Hashed(file)
                    tar.addfile(_entry(name, size), source)
                    whole = source.sha256 == sha256 and not file.read(1)
            except OSError as error:
                raise SystemNotReady(f"{name} tidak dapat dibaca ({error}). Cadangan tidak dibuat.") from error
            if not whole:
                raise SystemNotReady(f"{name} rusak: isinya bukan yang dicatat. Cadangan tidak dibuat.")


def read(file: Path, into: Path | None = None) -> Manifest:
    """Check an archive whole, writing its members into an empty folder if one is given. Raises BadValue."""
    try:
        with tarfile.open(file, mode="r:") as tar:
            members = _members(tar)
            manifest = _manifest(tar, next(members, None))
            seen = [_take(tar, member, manifest, into) for member in members]
    except (tarfile.TarError, EOFError) as error:
        raise BadValue(f"{file} bukan arsip cadangan yang utuh: {error}.") from error
    if sorted(seen) != sorted(manifest.members):
        raise BadValue(f"{file} tidak lengkap: ada bagian yang hilang atau ganda.")
    return manifest


class Hashed(io.RawIOBase):
    """A file that is hashed while it is read."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source, self._digest = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Some more bytes."""
        found = self.source.read(size)
        self._digest.update(found)
        return found

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


def fingerprint(file: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file."""
    with file.open("rb") as source:
        return file.stat().st_size, hashlib.file_digest(source, "sha256").hexdigest()


def sync(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _members(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while (member := tar.next()) is not None:
        yield member


def _manifest(tar: tarfile.TarFile, member: tarfile.TarInfo | None) -> Manifest:
    if member is None or member.name != MANIFEST or not member.isreg() or member.size > LARGEST_MANIFEST:
        raise BadValue("Berkas ini bukan arsip cadangan Sopan.")
    try:
        told = json.loads(_open(tar, member).read())
        seal, known = told.pop("sha256"), told.pop("format")
        members = {name: (int(size), str(sha256)) for name, (size, sha256) in told.pop("members").items()}
        manifest = Manifest(**told, members=members)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadValue("Daftar isi arsip cadangan rusak.") from error
    if known != FORMAT:
        raise BadValue(f"Arsip ini berformat {known}; yang dapat dibaca: {FORMAT}.")
    if seal != _seal({"format": known, **vars(manifest)}):
        raise BadValue("Daftar isi arsip cadangan rusak.")
    return manifest


def _take(tar: tarfile.TarFile, member: tarfile.TarInfo, manifest: Manifest, into: Path | None) -> str:
    """One member, checked against the manifest and its own name; its name."""
    name = member.name
    fits = MEMBER.fullmatch(name)
    if not fits or not member.isreg() or name not in manifest.members:
        raise BadValue(f"Arsip memuat bagian yang tidak dikenal: {name!r}.")
    size, sha256 = manifest.members[name]
    source = Hashed(_open(tar, member))
    if into is None:
        while source.read(CHUNK):
            pass
    else:
        _write(source, into / name)
    if (member.size, source.sha256) != (size, sha256) or fits[2] not in (None, sha256):
        raise BadValue(f"Bagian {name} dari arsip rusak.")
    return name


def _write(source: Hashed, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        while chunk := source.read(CHUNK):
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    sync(target.parent)


def _open(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    found = tar.extractfile(member)
    if found is None:
        raise BadValue(f"Bagian {member.name} dari arsip rusak.")
    return found


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


def _seal(told: Mapping[str, Any]) -> str:
    plain = json.loads(json.dumps(dict(told)))  # tuples as lists, as the file has them
    return hashlib.sha256(values.canonical(plain)).hexdigest()
