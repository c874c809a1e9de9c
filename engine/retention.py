"""Retention: how long cases are kept, which must be kept whatever happens, and which could be proposed for destruction.

Nothing here destroys anything. Without a rule a case is kept for ever.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from engine import clock, history, instances, people
from engine.errors import BadValue, NotAllowed, NotFound, NotReady
from engine.model import Entry, Instance, Kind, LegalHold, RetentionRule, Status
from engine.people import AUDITOR, OPERATOR, Actor
from engine.transaction import lock
from engine.typed import required

MOST_YEARS = 100
LONGEST_LAW, LONGEST_LETTER, LONGEST_REASON = 300, 200, 2_000  # characters


class Fate(StrEnum):
    """What a retention schedule says comes after the years."""

    DESTROY = "musnah"
    KEEP = "permanen"
    REVIEW = "dinilai_kembali"


@dataclass(frozen=True)
class Proposal:
    """A case whose years are over: it could be proposed for destruction, unless something holds it."""

    instance: Instance
    rule: RetentionRule
    since: date
    held: bool


def must_see(who: Actor) -> None:
    """Raises NotAllowed but for operator and auditor."""
    people.must_have(who, OPERATOR, AUDITOR)


def rules(session: Session) -> list[RetentionRule]:
    """Every rule, those in force and those that were."""
    return list(session.scalars(sa.select(RetentionRule).order_by(RetentionRule.key, RetentionRule.begins)))


def set_rule(
    session: Session, who: Actor, key: str, years: int, fate: str, law: str, request: str | None = None
) -> RetentionRule:
    """Keep the cases of a process so long; the rule before ends. Raises BadValue, NotAllowed, NotFound."""
    people.must_have(who, OPERATOR)
    if event := history.answered(session, request, Kind.RETENTION_SET, who.id, key=key):
        return session.get_one(RetentionRule, event.body["rule"])
    if not 0 < years <= MOST_YEARS or fate not in set(Fate):
        raise BadValue("Isi lama simpan 1 sampai 100 tahun, dan nasib akhirnya.")
    law = required(law, "Tuliskan jadwal retensi atau peraturan yang menentukannya.", LONGEST_LAW)
    if session.scalars(sa.select(Entry.key).where(Entry.key == key, Entry.kind == "process").limit(1)).first() is None:
        raise NotFound("Tidak ada proses {key}.", key=key)
    today = people.today()
    for rule in session.scalars(_in_force(today).where(RetentionRule.key == key)):
        rule.ends = today - timedelta(days=1)  # one that began today was never in force
    rule = RetentionRule(key=key, years=years, fate=fate, law=law, begins=today, by=who.id)
    session.add(rule)
    session.flush()
    told = {"rule": rule.id, "key": key, "years": years, "fate": fate, "law": law}
    history.append(session, history.system(session), Kind.RETENTION_SET, who.id, told, request=request)
    return rule


def holds(session: Session) -> list[LegalHold]:
    """What is held now, the oldest first."""
    query = sa.select(LegalHold).join(LegalHold.instance).options(contains_eager(LegalHold.instance))
    return list(session.scalars(query.where(LegalHold.lifted_at.is_(None)).order_by(LegalHold.placed_at)))


def place_hold(
    session: Session, who: Actor, instance_id: str, reason: str, letter: str, request: str | None = None
) -> LegalHold:
    """Keep a case whatever the rule says. Raises BadValue, NotAllowed, NotFound."""
    must_see(who)
    instance = instances.locked(session, instance_id)
    if event := history.answered(session, request, Kind.HOLD_PLACED, who.id, instance=instance.id):
        return session.get_one(LegalHold, event.body["hold"])
    reason = required(reason, "Tuliskan alasan penahanan.", LONGEST_REASON)
    letter = required(letter, "Tuliskan nomor surat yang meminta penahanan.", LONGEST_LETTER)
    place = {"instance_id": instance.id, "reason": reason, "letter": letter}
    hold = LegalHold(**place, placed_at=clock.business(), placed_by=who.id)
    session.add(hold)
    session.flush()
    told = {"hold": hold.id, "letter": letter}
    history.append(session, instance, Kind.HOLD_PLACED, who.id, told, {history.REASON: reason}, request=request)
    return hold


def lift_hold(session: Session, who: Actor, hold_id: str, reason: str, request: str | None = None) -> LegalHold:
    """Let go of a case. Raises NotAllowed to who placed the hold, BadValue, NotFound, NotReady."""
    must_see(who)
    hold = session.scalars(lock(sa.select(LegalHold).where(LegalHold.id == hold_id), session)).one_or_none()
    if hold is None:
        raise NotFound()
    instance = instances.locked(session, hold.instance_id)
    if history.answered(session, request, Kind.HOLD_LIFTED, who.id, instance=instance.id, hold=hold.id):
        return hold
    if hold.lifted_at is not None:
        raise NotReady("Penahanan ini sudah dilepas.")
    if hold.placed_by == who.id:
        raise NotAllowed("Penahanan dilepas oleh orang lain daripada yang menahan.")
    reason = required(reason, "Tuliskan alasan melepas penahanan.", LONGEST_REASON)
    hold.lifted_at, hold.lifted_by = clock.business(), who.id
    told = {"hold": hold.id, "letter": hold.letter}
    history.append(session, instance, Kind.HOLD_LIFTED, who.id, told, {history.REASON: reason}, request=request)
    return hold


def due(session: Session, day: date | None = None) -> list[Proposal]:
    """The ended cases whose years are over by the rule in force on a day, the longest over first; held ones say so."""
    day = day or people.today()
    held = {hold.instance_id for hold in holds(session)}
    found = []
    for rule in session.scalars(_in_force(day).where(RetentionRule.fate != Fate.KEEP)):
        ended = sa.select(Instance).where(Instance.key == rule.key, Instance.status != Status.RUNNING)
        for instance in session.scalars(ended.where(Instance.ended_at.is_not(None))):
            since = _after(people.today(instance.ended_at), rule.years)
            if since <= day:
                found.append(Proposal(instance, rule, since, instance.id in held))
    return sorted(found, key=lambda one: (one.since, one.instance.number))


def _in_force(day: date) -> sa.Select[RetentionRule]:
    over = sa.or_(RetentionRule.ends.is_(None), RetentionRule.ends >= day)
    return sa.select(RetentionRule).where(RetentionRule.begins <= day, over)


def _after(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
