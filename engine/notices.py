"""What people are to be told beside the pages, written in the transaction in which it happens. Sending is the outbox's.

No value of a form enters a notice: a step is called by the name that its model gives it.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine import clock, table
from engine.model import Instance, Notice, Notices, WorkItem, new_id

LONGEST = 500  # characters of a name


def limit(
    session: Session, instance: Instance, item: WorkItem | None, breach: bool, step: str, body: Mapping[str, Any]
) -> None:
    """A limit is near or passed: `body` is what its event tells."""
    told = {name: body[name] for name in ("due", "receivers", "minutes") if name in body}
    _write(session, Notices.BREACH if breach else Notices.WARNING, instance, item, told | {"step": step[:LONGEST]})


def prepared(session: Session, item: WorkItem, aide: str) -> None:
    """What an aide marked as ready waits for whoever completes it."""
    _write(session, Notices.PREPARED, item.instance, item, {"aide": aide})


def unprepared(session: Session, item: WorkItem, aide: str) -> None:
    """What an aide marked as ready came back to them."""
    _write(session, Notices.UNPREPARED, item.instance, item, {"aide": aide})


def sent(session: Session, instance: Instance, message: str) -> None:
    """A model threw a message that no case awaits."""
    _write(session, Notices.SENT, instance, None, {"message": message[:LONGEST]})


def _write(session: Session, kind: Notices, instance: Instance, item: WorkItem | None, body: dict[str, Any]) -> None:
    place = {"instance_id": instance.id, "item_id": item.id if item else None}
    table.insert(session, [Notice(id=new_id(), kind=kind, **place, body=body, at=clock.system())])
