"""Rows written by statements that are built once.

For a step, which knows what it writes and in which order; the mapper's unit of work finds that out anew at each commit,
and that costs six times what the statements do.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from engine.errors import Conflict
from engine.model import Base


@cache
def of(kind: type[Base]) -> sa.Table:
    """The table of a class, for statements that need no objects."""
    return cast(sa.Table, kind.__table__)


def insert(session: Session, rows: Sequence[Base]) -> None:
    """Insert new rows of one table, in one statement. They do not enter the session."""
    if rows:
        names = {name: None for row in rows for name in values(row)}
        session.execute(_insert(type(rows[0])), [{name: row.__dict__.get(name) for name in names} for row in rows])


def values(row: Base) -> dict[str, Any]:
    """The columns of a new row that were given."""
    return {name: row.__dict__[name] for name in _names(type(row)) if name in row.__dict__}


def change(session: Session, row: Base, **new: Any) -> None:
    """Change columns of a row that the session has read, at once. Raises Conflict if somebody else wrote it first."""
    session.flush()  # what is pending goes first: it may be of this row, and raise its revision
    key, revision = _identity(type(row))
    if revision:
        new[revision] = getattr(row, revision) + 1
    old = {f"old_{name}": getattr(row, name) for name in key}
    result = cast("sa.CursorResult[Any]", session.execute(_update(type(row)), new | old))
    if result.rowcount != 1:
        raise Conflict()
    for name, value in new.items():
        set_committed_value(row, name, value)


@cache
def _names(kind: type[Base]) -> tuple[str, ...]:
    return tuple(str(column.key) for column in of(kind).columns)


@cache
def _identity(kind: type[Base]) -> tuple[tuple[str, ...], str | None]:
    """The columns by which a row that was read is found unchanged, and the one that counts its changes, if any."""
    mapper = sa.inspect(kind)
    revision = mapper.version_id_col.key if mapper.version_id_col is not None else None
    return tuple(str(column.key) for column in mapper.primary_key) + ((revision,) if revision else ()), revision


@cache
def _insert(kind: type[Base]) -> sa.Insert:
    return sa.insert(of(kind))


@cache
def _update(kind: type[Base]) -> sa.Update:
    key, _ = _identity(kind)
    return sa.update(of(kind)).where(*(of(kind).c[name] == sa.bindparam(f"old_{name}") for name in key))
