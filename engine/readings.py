"""Who read personal data of a case, and when: docs/decisions/0015-who-reads-what.md."""

from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, history, people
from engine.model import Reading
from engine.people import AUDITOR, BUDGET_OWNER, Actor

AGAIN = timedelta(minutes=10)  # in which the same person sees the same on the same page without another row
READERS = (AUDITOR, BUDGET_OWNER)


def reading(instance_id: str, person: str, page: str, about: str, shown: Iterable[str]) -> Reading:
    """What somebody is about to be shown: the keys of fields with personal data, or the hash of a document."""
    found = {"instance_id": instance_id, "person_id": person, "page": page, "about": about}
    return Reading(**found, at=clock.business(), shown=sorted(set(shown)))


def is_known(session: Session, one: Reading) -> bool:
    """Whether the same was recorded just now."""
    same = {"instance_id": one.instance_id, "person_id": one.person_id, "page": one.page, "about": one.about}
    query = sa.select(Reading.shown).filter_by(**same).where(Reading.at > one.at - AGAIN, Reading.at <= one.at)
    return one.shown in session.scalars(query)


def add(session: Session, one: Reading) -> None:
    """Record it, unless nothing was shown or it is known."""
    if one.shown and not is_known(session, one):
        session.add(one)


def may_list(who: Actor) -> bool:
    """Whether somebody is told who read what: auditors and the PA."""
    return who.has(*READERS)


def of_case(session: Session, who: Actor, instance_id: str, person: str = "") -> sa.Select[Reading]:
    """Who read personal data of a case, or one person's part of it, the newest first. Raises NotAllowed."""
    people.must_have(who, *READERS)
    query = sa.select(Reading).where(Reading.instance_id == instance_id)
    query = query.where(Reading.person_id == person) if person else query
    return query.order_by(Reading.at.desc(), Reading.id)


def readers(session: Session, instance_id: str) -> dict[str, str]:
    """The names of all who did, by id; who has the shell has none."""
    ids = set(session.scalars(sa.select(Reading.person_id).where(Reading.instance_id == instance_id).distinct()))
    return people.names(session, ids - {history.SYSTEM}) | dict.fromkeys(ids & {history.SYSTEM}, "")
