"""From what happened to who is told of it: for each notice its deliveries, made in one transaction. Who holds a role is
asked now, not when it happened; what is done already is told to nobody."""

from collections.abc import Callable, Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import calendars, clock, people, receivers
from engine.model import Channel, Choice, Delivery, ItemStatus, Mode, Notice, Notices, WorkItem, new_id
from engine.outbox.hours import when
from engine.outbox.settings import Settings
from engine.transaction import alone, lock
from engine.worktime import Calendar

OPEN = WorkItem.status == sa.literal(str(ItemStatus.OPEN), literal_execute=True)  # in the words of the index
NEWS = sa.and_(OPEN, WorkItem.told_at.is_(None))
UNTOLD = Notice.told_at.is_(None)
ALL = frozenset(Channel)
Source = tuple[type[WorkItem] | type[Notice], str]
Readers = dict[str, frozenset[Channel]]  # person -> the channels by which they may be told


def untold(session: Session, most: int) -> list[Source]:
    """What nobody was told of yet, the oldest first."""
    items = sa.select(WorkItem.id).where(NEWS).order_by(WorkItem.opened_at).limit(most)
    notices = sa.select(Notice.id).where(UNTOLD).order_by(Notice.at).limit(most)
    return [*((WorkItem, one) for one in session.scalars(items)), *((Notice, one) for one in session.scalars(notices))]


def tell(session: Session, source: Source, settings: Settings) -> bool:
    """Make the deliveries of one of them. False if another worker did."""
    notice = claim(session, source)
    if notice is None:
        return False
    if notice.kind == Notices.SENT:
        made = _outside(session, notice, settings)
    else:
        made = [_deliver(session, notice, choice) for choice in _choices(session, notice, settings)]
    if made:  # else of an opened step the work item alone knows that it was looked at
        session.add(notice)
    return True


def claim(session: Session, source: Source) -> Notice | None:
    """The notice, if this transaction is the one that tells it, and nobody else holds it now; of an opened step it is
    made here, and not added."""
    kind, found_id = source
    waits, now = (NEWS if kind is WorkItem else UNTOLD), clock.system()
    free = lock(sa.select(kind.id).where(kind.id == found_id, waits), session, wait=False).scalar_subquery()
    claimed = sa.update(kind).where(kind.id == free).values(told_at=now).returning(kind.id)
    if session.scalars(claimed.execution_options(synchronize_session=False)).one_or_none() is None:
        return None
    if kind is Notice:
        return session.get_one(Notice, found_id)
    item = session.get_one(WorkItem, found_id)
    place = {"instance_id": item.instance_id, "item_id": item.id}
    return Notice(id=new_id(), kind=Notices.OPENED, **place, body={}, at=now, told_at=now)


def _choices(session: Session, notice: Notice, settings: Settings) -> list[Choice]:
    """How those who are to be told want it."""
    readers = _readers(session, notice)
    query = sa.select(Choice).where(Choice.person_id.in_(readers), Choice.mode != Mode.NEVER, Choice.address != "")
    found = session.scalars(query.order_by(Choice.person_id, Choice.channel))
    return [one for one in found if one.channel in settings.channels & readers[one.person_id]]


def _readers(session: Session, notice: Notice) -> Readers:
    item = session.get(WorkItem, notice.item_id) if notice.item_id else None
    if item is not None and item.status != ItemStatus.OPEN:
        item = None
    if notice.kind in OF_STEPS:
        return dict.fromkeys(OF_STEPS[notice.kind](session, item, notice), ALL) if item is not None else {}
    found: Readers = dict(_told(session, notice))
    return found | ({item.holder: ALL} if item is not None and item.holder else {})


def _awaited(session: Session, item: WorkItem, _: Notice) -> set[str]:
    """Who hears that a work item waits: whoever was given it, or all who may take it or prepare it; not who took it
    themselves."""
    if item.holder is not None:
        return {item.holder} if item.handed_by else set()
    return people.reached(session, item.pool) | people.preparers(session, item.pool) if item.pool else set()


def _approvers(session: Session, item: WorkItem, notice: Notice) -> set[str]:
    """Who hears that a work item is ready: all who may take it, but for who prepared it; once it is held, its holder
    alone gets the letter."""
    return (people.reached(session, item.pool) if item.pool else set()) - {notice.body["aide"]}


def _aide(session: Session, item: WorkItem, notice: Notice) -> set[str]:
    """Who hears that a work item came back: whoever prepared it, if they still may."""
    return {notice.body["aide"]} & people.preparers(session, item.pool) if item.pool else set()


OF_STEPS: dict[str, Callable[[Session, WorkItem, Notice], set[str]]] = {  # who hears of an open step
    Notices.OPENED: _awaited,
    Notices.PREPARED: _approvers,
    Notices.UNPREPARED: _aide,
}


def _told(session: Session, notice: Notice) -> Iterator[tuple[str, frozenset[Channel]]]:
    """The receivers that stand in the event of a warning or breach, as persons."""
    found: dict[str, set[Channel]] = {}
    for one in notice.body.get("receivers", ()):
        channels = {Channel(one["channel"])} if one["channel"] in ALL else set()
        for person in people.colleagues(session, one["role"]) if channels else ():
            if receivers.is_for(people.actor(session, person.id), one):
                found.setdefault(person.id, set()).update(channels)
    return ((person, frozenset(channels)) for person, channels in found.items())


def _outside(session: Session, notice: Notice, settings: Settings) -> list[Delivery]:
    """A thrown message goes to the gateway, at once and to nobody in particular; without a gateway its event is all."""
    return [_add(session, Channel.GATEWAY, None, notice, clock.system())] if settings.gateway else []


def _deliver(session: Session, notice: Notice, choice: Choice) -> Delivery:
    """A delivery of its own, or one thing more in the digest that waits already."""
    at, digest = when(choice, notice, _office(session, choice.person_id), clock.system())
    if digest:
        alone(session, f"digest {choice.person_id} {choice.channel}")
        waits = sa.select(Delivery).where(
            Delivery.person_id == choice.person_id, Delivery.channel == choice.channel, Delivery.digest
        )
        query = waits.where(Delivery.tries == 0, Delivery.sent_at.is_(None), Delivery.failed_at.is_(None))
        if (
            found := session.scalars(lock(query.order_by(Delivery.due_at).limit(1), session)).one_or_none()
        ) is not None:
            found.notices = [*found.notices, notice.id]
            return found
    return _add(session, Channel(choice.channel), choice.person_id, notice, at, digest)


def _add(
    session: Session, channel: Channel, person: str | None, notice: Notice, at: datetime, digest: bool = False
) -> Delivery:
    to = {"channel": channel, "person_id": person}
    made = Delivery(id=new_id(), **to, notices=[notice.id], digest=digest, wanted_at=at, due_at=at)
    session.add(made)
    return made


def _office(session: Session, person: str) -> Calendar:
    """The calendar of the office where somebody works; in several, of the first by name."""
    offices = people.actor(session, person).offices
    return calendars.book(session).of(min(offices, default=""), people.today(clock.system()))
