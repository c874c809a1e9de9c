"""Aides prepare what another completes: they fill in, upload and mark as ready. Nothing that takes a pool gives them
more: completing, claiming, handing on and deadlines ask for the official's own pools."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.errors import NotAllowed
from engine.model import Aide, WorkItem
from engine.people.actors import Actor, actor, named, today, valid
from engine.people.duties import must_be_apart
from engine.people.rights import may_work, must_be_free, standing


def aids(who: Actor, item: WorkItem) -> bool:
    """Whether somebody is an aide of who works on an item."""
    return item.pool in who.aided


def preparers(session: Session, pool: str) -> set[str]:
    """The ids of all who prepare what waits in a pool today."""
    officials = [one.id for one in named(session, pool)]
    query = sa.select(Aide.person_id).where(Aide.for_id.in_(officials), valid(Aide)).distinct()
    return {one for one in session.scalars(query, {"day": today()}) if pool in actor(session, one).aided}


def may_prepare(who: Actor, item: WorkItem) -> bool:
    """Whether somebody opens the page of an item and fills it in: who may work on it, and their aides."""
    return may_work(who, item) or aids(who, item)


def signer(who: Actor, item: WorkItem) -> str | None:
    """Who signs what somebody prepares for an item that nobody holds: themselves, if they may work on it; for an aide
    the official, if there is one alone."""
    if may_work(who, item):
        return who.id
    officials = who.aided.get(item.pool or "", frozenset())
    return min(officials) if len(officials) == 1 else None


def must_prepare(who: Actor, item: WorkItem) -> None:
    """Raises NotAllowed unless may_prepare."""
    if not may_prepare(who, item):
        raise NotAllowed("Tugas ini bukan untuk peran Anda.")


def must_aid(who: Actor, item: WorkItem) -> None:
    """Raises NotAllowed unless aids."""
    if not aids(who, item):
        raise NotAllowed("Hanya penyiap konsep yang ditugaskan untuk pejabat langkah ini yang menandainya siap.")


def must_fill(session: Session, who: Actor, item: WorkItem) -> None:
    """That somebody who may prepare an item changes its draft and documents now: nobody holds it but themselves or
    whose aide they are, and no other lane bars them. Raises Conflict, NotAllowed."""
    if item.holder not in who.aided.get(item.pool or "", ()):
        must_be_free(session, who, item)
    must_be_apart(session, item, standing(who, item))
