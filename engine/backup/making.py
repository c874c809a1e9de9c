"""Making a backup while everybody works on: database first, then the documents that it speaks of, which only grow."""

import os
import tempfile
from pathlib import Path

from engine import clock, database
from engine.backup import archive, snapshot
from engine.backup.archive import Manifest
from engine.database import Database
from engine.errors import BadValue, SystemNotReady


def make(found: Database, target: Path) -> Manifest:
    """Write one archive of a data folder, read it back, and only then give it its name.

    Raises BadValue if the name is taken, SystemNotReady if there is no database or a document is damaged.
    """
    revision = database.version(found)
    if revision is None:
        raise SystemNotReady("Belum ada basis data di folder ini.")
    if target.exists():
        raise BadValue(f"{target} sudah ada; cadangan tidak menimpa apa pun.")
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as folder:
        copy, draft = Path(folder) / archive.DATABASE, Path(folder) / "archive"
        snapshot.take(found, copy)
        manifest, files = _listed(found, copy, revision)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            archive.pack(file, manifest, files)
            file.flush()
            os.fsync(file.fileno())
        archive.read(draft)
        os.rename(draft, target)
    archive.sync(target.parent)
    return manifest


def _listed(found: Database, copy: Path, revision: str) -> tuple[Manifest, dict[str, Path]]:
    """The manifest, and where its members lie."""
    files = {archive.DATABASE: copy}
    files |= {name: found.folder / name for name in archive.KEYS if (found.folder / name).is_file()}
    members = {name: archive.fingerprint(path) for name, path in files.items()}
    for sha256, size in snapshot.documents(copy).items():
        name = f"documents/{sha256[:2]}/{sha256}"
        files[name], members[name] = found.store.file(sha256, copy.parent), (size, sha256)
    return Manifest(revision, clock.system().isoformat(), snapshot.rows(copy), members), files
