"""What was typed into a step before it is done: kept unchecked, and never over what its writer has not seen."""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import clock, people
from engine.errors import StaleDraft
from engine.model import WorkItem
from engine.people import Actor

SAVING = "="  # no field is called so: under it a draft holds the id of its saving, who saved it, and when
NONE, UNSIGNED = "-", "?"  # the ids of no draft, and of one that holds none


def typed(item: WorkItem) -> dict[str, Any] | None:
    """What stands in a work item's draft, by field; None if it has none."""
    return None if item.draft is None else {key: texts for key, texts in item.draft.items() if key != SAVING}


def saving(item: WorkItem) -> str:
    """The id of the saving that a work item's draft comes from."""
    return NONE if item.draft is None else _told(item)[0]


def author(item: WorkItem) -> str:
    """Who saved a work item's draft last; nobody, if it has none."""
    return _told(item)[1]


def must_be_seen(session: Session, who: Actor, item: WorkItem, known: Collection[str | None]) -> None:
    """Raises StaleDraft, which says who saved it and when, unless a draft comes from one of these savings."""
    if saving(item) not in known:
        _, by, at = _told(item)
        raise StaleDraft(**people.deed(session, who, item.instance, by, datetime.fromisoformat(at)))


def keep(
    session: Session,
    item: WorkItem,
    who: Actor,
    fields: Mapping[str, Any],
    request: str | None = None,
    known: Collection[str] | None = None,
) -> None:
    """Replace a draft that comes from one of the savings that are `known`, or from this request; None: whichever there
    is. Raises StaleDraft."""
    if known is not None:
        must_be_seen(session, who, item, {*known, request})
    item.draft = {**fields, SAVING: [request or secrets.token_urlsafe(16), who.id, clock.business().isoformat()]}


def _told(item: WorkItem) -> tuple[str, str, str]:
    found: tuple[str, str, str] = (item.draft or {}).get(SAVING, (UNSIGNED, "", item.opened_at.isoformat()))
    return found
