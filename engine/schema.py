"""Bringing the schema up to date: first on a copy, with the cases that are in flight, and only then in place."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, database, history, incidents, instances, spiff
from engine.backup import snapshot
from engine.database import Database
from engine.errors import EngineError, SystemNotReady
from engine.model import Instance, Status

FILE = "sopan.db"


@dataclass(frozen=True)
class Upgrade:
    """What an upgrade did, or would do."""

    before: str | None  # the revision that was there; None where there was no schema
    after: str
    cases: int  # running cases that the new program has read on the copy
    kept: Path | None = None  # the copy of what was there


def upgrade(found: Database) -> Upgrade:
    """Create the schema, or bring it up to date and keep a copy of what was there.

    Raises SystemNotReady, with the database as it was, where the upgrade fails on a copy.
    """
    before, after = _revisions(found)
    if before in (None, after) or found.engine.dialect.name != "sqlite":
        database.upgrade(found)
        return Upgrade(before, after, 0)
    with tempfile.TemporaryDirectory(prefix=".upgrade.", dir=found.folder) as folder:
        cases = _tried(found, Path(folder))
        kept = _free_name(found.folder / f"{FILE}.before-{after}")
        snapshot.take(found, Path(folder) / "before")
        os.chmod(Path(folder) / "before", 0o600)
        os.rename(Path(folder) / "before", kept)
    database.upgrade(found)
    return Upgrade(before, after, cases, kept)


def rehearse(found: Database) -> Upgrade:
    """Try the upgrade on a copy and keep nothing. Raises SystemNotReady where it fails, or cannot be tried."""
    before, after = _revisions(found)
    if found.engine.dialect.name != "sqlite":
        raise SystemNotReady("Di PostgreSQL, cobalah pada hasil sopan restore dari cadangan.")
    if before is None:
        return Upgrade(None, after, 0)
    with tempfile.TemporaryDirectory(prefix=".upgrade.", dir=found.folder) as folder:
        return Upgrade(before, after, _tried(found, Path(folder)))


def _revisions(found: Database) -> tuple[str | None, str]:
    before, after = database.version(found), database.newest()
    if after is None or (before is not None and not database.is_known(before)):
        raise SystemNotReady(f"Skema {before} tidak dikenal: basis data ini milik Sopan yang lebih baru.")
    return before, after


def _tried(found: Database, folder: Path) -> int:
    """Upgrade a copy in this folder; how many running cases it has. Raises SystemNotReady."""
    snapshot.take(found, folder / FILE)
    rows = snapshot.rows(folder / FILE)
    copied = database.attach(folder)
    try:
        database.migrate(copied)
        known = _incidents(copied)  # before the cases are filed: what cannot be filed becomes one
        database.upgrade(copied)
        problems = list(_problems(copied, rows, known))
        with copied.session() as session:
            cases = session.scalar(sa.select(sa.func.count()).where(Instance.status == Status.RUNNING)) or 0
    except Exception as error:  # whatever a migration stumbles over, it stumbled over a copy
        raise SystemNotReady(f"Pemutakhiran gagal pada salinan; tidak ada yang diubah. {error}") from error
    finally:
        copied.engine.dispose()
    if problems:
        raise SystemNotReady("\n".join(["Pemutakhiran gagal pada salinan; tidak ada yang diubah.", *problems]))
    return cases


def _incidents(copied: Database) -> set[str]:
    """The cases whose failure somebody knows of."""
    with copied.session() as session:
        return {one.instance_id for one in incidents.unresolved(session)}


def _problems(copied: Database, before: dict[str, int], known: set[str]) -> Iterator[str]:
    """What does not hold after the upgrade: rows that are gone, the file, the triggers, a chain, a running case."""
    now = snapshot.rows(copied.folder / FILE)
    yield from (
        f"{table}: {n} baris menjadi {now.get(table, 0)}" for table, n in before.items() if now.get(table, 0) < n
    )
    yield from snapshot.damage(copied.folder / FILE)
    database.must_be_ready(copied)
    with copied.session() as session:
        yield from (f"{broken.instance} peristiwa {broken.seq}: {broken.why}" for broken in history.verify(session))
        yield from _unreadable(session, known)


def _unreadable(session: Session, known: set[str]) -> Iterator[str]:
    """The running cases that the new program cannot read, but for those whose failure is known already."""
    for instance in session.scalars(sa.select(Instance).where(Instance.status == Status.RUNNING)):
        try:
            list(spiff.awaited(instances.situation(session, instance, clock.business()), instance.state))
        except EngineError as error:
            if instance.id not in known:
                yield f"{instance.number}: {error}"


def _free_name(path: Path) -> Path:
    """This name, or with the next number that no earlier copy has."""
    names = [path, *(path.with_name(f"{path.name}-{n}") for n in range(2, 1_000))]
    return next(name for name in names if not name.exists())
