"""Restoring a backup: beside the place where it will stand, checked there from end to end, and only then moved in."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from engine import database as databases
from engine import history, outbox, stores
from engine.backup import archive, snapshot
from engine.backup.archive import Manifest
from engine.database import Database
from engine.errors import BadValue, SystemNotReady
from engine.model import HistoryEvent, Person
from engine.stores import Store
from engine.transaction import transaction


@dataclass(frozen=True)
class Restored:
    """What was restored, and what does not hold: with any problem nothing was put in place."""

    manifest: Manifest
    problems: list[str]


def restore(file: Path, folder: Path, url: str | None = None, documents: str | None = None) -> Restored:
    """Put a backup into an empty data folder; with a URL its rows into that empty database, and its documents into
    another store if one is named.

    Raises BadValue for an archive that is damaged or newer than this program, or a place that is not empty.
    """
    _must_be_empty(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        manifest = archive.read(file, beside)
        if not databases.is_known(manifest.revision):
            raise BadValue(f"Skema {manifest.revision} di arsip ini tidak dikenal: dibuat oleh Sopan yang lebih baru.")
        problems = _problems(beside, manifest)
        if not problems and url:
            problems = _pour(beside, url)
        if not problems:
            if documents:
                _store(beside / "documents", stores.at(documents))
            os.rename(beside, folder)
            archive.sync(folder.parent)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Restored(manifest, problems)


def _problems(folder: Path, manifest: Manifest) -> list[str]:
    """What does not hold in an unpacked folder: its database, its rows, its documents, its schema, its history."""
    file = folder / archive.DATABASE
    if found := snapshot.damage(file):
        return [f"Basis data rusak: {text}" for text in found]
    if snapshot.rows(file) != manifest.rows:
        return ["Jumlah baris basis data tidak sama dengan daftar isi arsip."]
    told = {f"documents/{sha256[:2]}/{sha256}": size for sha256, size in snapshot.documents(file).items()}
    missing = [name for name, size in told.items() if manifest.members.get(name, (None, ""))[0] != size]
    if missing:
        return [f"Dokumen {name} tidak ada di arsip." for name in missing]
    copied = databases.attach(folder)
    databases.upgrade(copied)  # of an older backup; this folder is nobody's yet
    with copied.session() as session, transaction(session):
        outbox.hold(session)
    return _verified(copied)


def _verified(found: Database) -> list[str]:
    """Every chain of the history and the triggers that protect it, in the schema of today."""
    try:
        databases.must_be_ready(found)
        with found.session() as session:
            return [f"{b.instance} peristiwa {b.seq}: {b.why}" for b in history.verify(session)]
    except SystemNotReady as error:
        return [str(error)]
    finally:
        found.engine.dispose()


def _pour(beside: Path, url: str) -> list[str]:
    """Fill an empty database with the rows of the unpacked file, whose place it takes. Raises BadValue."""
    target, source = databases.attach(beside, url), databases.attach(beside)
    try:
        databases.migrate(target)
        _must_hold_nothing(target)
        snapshot.pour(source.engine, target.engine)
    finally:
        source.engine.dispose()
        target.engine.dispose()
    (beside / archive.DATABASE).unlink()
    return _verified(target)


def _must_hold_nothing(target: Database) -> None:
    with target.session() as session:
        for table in (HistoryEvent, Person):
            if session.scalar(sa.select(sa.exists(sa.select(table)))):
                raise BadValue("Basis data tujuan tidak kosong; pulihkan hanya ke basis data yang kosong.")


def _store(folder: Path, store: Store) -> None:
    """Move the documents into a store, where the same bytes may lie already. Raises SystemNotReady."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            store.put(file, lambda _: None)
    shutil.rmtree(folder, ignore_errors=True)


def _must_be_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadValue(f"{folder} tidak kosong; pulihkan ke folder baru.")
