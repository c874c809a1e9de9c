"""What all commands of the directory share: one event of the house's own chain for each row that begins or ends."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, lazyload

from engine import history, people
from engine.errors import NotFound, NotReady
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


def end_yesterday(
    session: Session, who: Actor, kind: type[Any], key: str, event: Kind, names: tuple[str, ...], request: str | None
) -> Any:
    """A row with a last day ended yesterday. Raises NotFound, NotReady if it is over."""
    found = row(session, kind, key)
    if history.answered(session, request, event, who.id, id=key):
        return found
    if found.ends < people.today():
        raise NotReady("Penugasan ini sudah berakhir.")
    found.ends = people.today() - timedelta(days=1)
    tell(session, event, who, found, names, request=request)
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
