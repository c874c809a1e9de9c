"""What must hold after every fault, as pure functions over the database and what the clients remember."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import history, replay
from engine.database import Database
from engine.model import Counter as Numbers
from engine.model import Document, HistoryEvent, Incident, Instance, Kind, Opening, Timer
from tests.faults.ledger import Ledger, Sent, Violation

Place = tuple[str, str | None, str]  # instance, element, due


def broken(found: Database, ledger: Ledger, now: datetime | None = None) -> list[Violation]:
    """Everything that does not hold. `now`: the worker has caught up until then, so nothing due may wait."""
    with found.session() as session:
        checks = (
            sent_once(session, ledger),
            folds(session),
            chains(session),
            timers_once(session, now),
            numbers(session),
            documents(session, found),
            sound(session),
        )
        return [*ledger.violations(), *(violation for check in checks for violation in check)]


def sent_once(session: Session, ledger: Ledger) -> Iterator[Violation]:
    """Acknowledged exactly once; refused never done; of the rest at most once."""
    keys = [request.split(".")[0] for request in session.scalars(sa.select(HistoryEvent.request)) if request]
    by_key = Counter(keys)
    notes = _notes(session)
    for sent in ledger.all:
        counts = {"key": by_key[sent.key]} | ({"note": notes[sent.note]} if sent.kind in ("start", "complete") else {})
        for of, count in counts.items():
            if count > 1:
                yield Violation("double", f"{sent.kind} {sent.path}: {count} effects of one {of}")
            if sent.acknowledged and count == 0:
                yield Violation("lost", f"{sent.kind} {sent.path}: acknowledged, without effect of its {of}")
            if sent.refused and count:
                yield Violation("wrong", f"{sent.kind} {sent.path}: refused, and done")
    yield from _items_once(session, ledger.all)


def folds(session: Session) -> Iterator[Violation]:
    """The live tables are what the events say."""
    for instance in session.scalars(sa.select(Instance)):
        yield from (
            Violation("corrupt", f"{instance.number}: {text}") for text in replay.differences(session, instance)
        )
        if instance.events != len(history.events(session, instance.id)):
            yield Violation("corrupt", f"{instance.number}: it counts {instance.events} events")


def chains(session: Session) -> Iterator[Violation]:
    """Every chain of events holds."""
    yield from (Violation("corrupt", f"{one.instance}: {one.why}") for one in history.verify(session))


def timers_once(session: Session, now: datetime | None) -> Iterator[Violation]:
    """What the events set is there, what fired is told once, and nothing that is due still waits."""
    told, fired, warned = _told_timers(session)
    rows = list(session.scalars(sa.select(Timer)))
    ours = Counter(_place(timer) for timer in rows if timer.token)
    yield from _compared("timers set", told, ours)
    yield from _compared("timers fired", Counter(_place(t) for t in rows if t.token and t.fired_at), fired)
    yield from _compared("warnings", Counter(_place(t)[::2] for t in rows if not t.token and t.fired_at), warned)
    held = set(session.scalars(sa.select(Incident.timer_id)))
    for timer in rows:
        waits = not (timer.fired_at or timer.cancelled_at)
        if now and waits and timer.due_at <= now and timer.id not in held:
            yield Violation("lost", f"timer {timer.element} of {timer.instance_id} is due since {timer.due_at}")


def numbers(session: Session) -> Iterator[Violation]:
    """Case numbers have no gap and no duplicate."""
    for counter in session.scalars(sa.select(Numbers)):
        begin = f"{counter.prefix}-{counter.year}-"
        query = sa.select(Instance.number).where(Instance.number.startswith(begin, autoescape=True))
        given = sorted(int(number.removeprefix(begin)) for number in session.scalars(query))
        if given != list(range(1, counter.last + 1)):
            yield Violation("corrupt", f"numbers of {begin}: {given}, the counter says {counter.last}")


def documents(session: Session, found: Database) -> Iterator[Violation]:
    """Every row of a document has its bytes, its event, and a version of its own."""
    query = sa.select(HistoryEvent).where(HistoryEvent.kind == Kind.DOCUMENT_ADDED)
    told = Counter((event.body["item"], event.body["requirement"]) for event in session.scalars(query))
    rows = list(session.scalars(sa.select(Document)))
    yield from _compared("documents", told, Counter((row.work_item_id, row.requirement) for row in rows))
    for row in rows:
        path = found.store.path(row.sha256)
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != row.sha256:
            yield Violation("lost", f"the bytes of {row.filename} are not there")


def sound(session: Session) -> Iterator[Violation]:
    """The database file itself is whole."""
    if session.get_bind().dialect.name == "sqlite":
        if (said := session.scalar(sa.text("PRAGMA integrity_check"))) != "ok":
            yield Violation("corrupt", f"integrity_check: {said}")
        if session.execute(sa.text("PRAGMA foreign_key_check")).all():
            yield Violation("corrupt", "a foreign key leads nowhere")


def _notes(session: Session) -> Counter[str]:
    """How often each text was filled in."""
    fields = session.scalars(sa.select(Opening.fields))
    return Counter(text for one in fields for _, text in one.values() if isinstance(text, str))


def _items_once(session: Session, sent: list[Sent]) -> Iterator[Violation]:
    """A work item is completed once, by the key that was told so."""
    query = sa.select(HistoryEvent).where(HistoryEvent.kind == Kind.ITEM_COMPLETED)
    done = list(session.scalars(query))
    for item, count in Counter(event.body["item"] for event in done).items():
        if count > 1:
            yield Violation("double", f"work item {item} was completed {count} times")
    keys = {event.request: event.body["item"] for event in done}
    for one in sent:
        if one.kind == "complete" and one.acknowledged and keys.get(one.key, one.item) != one.item:
            yield Violation("wrong", f"{one.path} was answered with another step's receipt")


def _told_timers(session: Session) -> tuple[Counter[Place], Counter[Place], Counter[tuple[str, str]]]:
    """What the events say of timers: which were set, which fired, which warned."""
    told: Counter[Place] = Counter()
    fired: Counter[Place] = Counter()
    warned: Counter[tuple[str, str]] = Counter()
    for event in session.scalars(sa.select(HistoryEvent)):
        told.update((event.instance_id, one["element"], one["due"]) for one in event.body.get("timers", ()))
        if event.kind == Kind.TIMER_FIRED:
            fired[event.instance_id, event.element, event.body["due"]] += 1
        elif event.kind == Kind.TIMER_WARNED:
            warned[event.instance_id, event.body["due"]] += 1
    return told, fired, warned


def _place(timer: Timer) -> Place:
    return timer.instance_id, timer.element, timer.due_at.isoformat()


def _compared(what: str, wanted: Counter, found: Counter) -> Iterator[Violation]:
    for one in (wanted - found).elements():
        yield Violation("lost", f"{what}: {one}")
    for one in (found - wanted).elements():
        yield Violation("double", f"{what}: {one}")
