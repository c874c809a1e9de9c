"""Bringing the schema up to date, tried with the cases that are in flight before any of it counts: on a copy of an
SQLite file; on PostgreSQL in the one transaction that the upgrade is."""

import os
import tempfile
from collections.abc import Callable, Iterator
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
    cases: int  # running cases that the new program has read
    kept: Path | None = None  # the copy of what was there


def upgrade(found: Database) -> Upgrade:
    """Create the schema, or bring it up to date; of an SQLite file a copy of what was there is kept.

    Raises SystemNotReady, with the database as it was, where the upgrade fails when it is tried.
    """
    before, after = _revisions(found)
    if before in (None, after):
        database.upgrade(found)
        return Upgrade(before, after, 0)
    if found.engine.dialect.name == "postgresql":
        return Upgrade(before, after, _tried_inside(found, keep=True))
    with tempfile.TemporaryDirectory(prefix=".upgrade.", dir=found.folder) as folder:
        cases = _tried(found, Path(folder))
        kept = _free_name(found.folder / f"{FILE}.before-{after}")
        snapshot.take(found, Path(folder) / "before")
        os.chmod(Path(folder) / "before", 0o600)
        os.rename(Path(folder) / "before", kept)
    database.upgrade(found)
    return Upgrade(before, after, cases, kept)


def rehearse(found: Database) -> Upgrade:
    """Try the upgrade and keep nothing. Raises SystemNotReady where it fails."""
    before, after = _revisions(found)
    if before is None:
        return Upgrade(None, after, 0)
    if found.engine.dialect.name == "postgresql":
        return Upgrade(before, after, _tried_inside(found, keep=False))
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
    copied = database.attach(folder)
    try:
        return _checked(copied, lambda: snapshot.damage(folder / FILE))
    finally:
        copied.engine.dispose()


def _tried_inside(found: Database, keep: bool) -> int:
    """Upgrade in one transaction, which PostgreSQL can for a schema too, and roll it back unless all holds and it is to
    be kept; how many running cases there are. Raises SystemNotReady."""
    with found.engine.connect() as connection, connection.begin() as everything:
        tables = ", ".join(f'"{name}"' for name in sa.inspect(connection).get_table_names())
        connection.exec_driver_sql(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")  # so that what is counted stays
        cases = _checked(database.inside(found, connection), list)
        if not keep:
            everything.rollback()
    return cases


def _checked(tried: Database, damage: Callable[[], list[str]]) -> int:
    """Upgrade; how many running cases the new program has read. Raises SystemNotReady for all that does not hold."""
    try:
        rows = _rows(tried)
        database.migrate(tried)
        known = _incidents(tried)  # before the cases are filed: what cannot be filed becomes one
        database.upgrade(tried)
        problems = [*_problems(tried, rows, known), *damage()]
        with tried.session() as session:
            cases = session.scalar(sa.select(sa.func.count()).where(Instance.status == Status.RUNNING)) or 0
    except Exception as error:  # whatever a migration stumbles over, nothing of it stays
        raise SystemNotReady(f"Pemutakhiran gagal saat dicoba; tidak ada yang diubah. {error}") from error
    if problems:
        raise SystemNotReady("\n".join(["Pemutakhiran gagal saat dicoba; tidak ada yang diubah.", *problems]))
    return cases


def _rows(tried: Database) -> dict[str, int]:
    """How many rows each table has."""
    with tried.connection() as connection:
        tables = sa.inspect(connection).get_table_names()
        count = sa.select(sa.func.count())
        return {name: connection.scalar(count.select_from(sa.table(name))) or 0 for name in sorted(tables)}


def _incidents(tried: Database) -> set[str]:
    """The cases whose failure somebody knows of."""
    with tried.session() as session:
        return {one.instance_id for one in incidents.unresolved(session)}


def _problems(tried: Database, before: dict[str, int], known: set[str]) -> Iterator[str]:
    """What does not hold after the upgrade: rows that are gone, the triggers, a chain, a running case."""
    now = _rows(tried)
    yield from (
        f"{table}: {n} baris menjadi {now.get(table, 0)}" for table, n in before.items() if now.get(table, 0) < n
    )
    database.must_be_ready(tried)
    with tried.session() as session:
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
