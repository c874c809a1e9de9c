"""What all commands of the directory share: one event of the house's own chain for each row that begins or ends."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, lazyload

from engine import history
from engine.errors import NotFound
from engine.model import Base, Kind
from engine.people import Actor
from engine.transaction import lock
from engine.values import Value


def tell(
    session: Session,
    kind: Kind,
    who: Actor,
    row: Base,
    names: tuple[str, ...],
    fields: Mapping[str, Value] | None = None,
    request: str | None = None,
) -> None:
    """The event of a row: these columns of it, and personal ones as erasable fields."""
    session.flush()
    body = {name: _plain(getattr(row, name)) for name in ("id", *names)}
    history.append(session, history.system(session), kind, who.id, body, fields, request=request)


def row(session: Session, kind: type[Any], key: str | int) -> Any:
    """A row by its key, locked. Raises NotFound."""
    query = sa.select(kind).where(sa.inspect(kind).primary_key[0] == key).options(lazyload("*"))  # no outer join locks
    found = session.scalars(lock(query, session)).one_or_none()
    if found is None:
        raise NotFound()
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
