"""Delivering: each letter is claimed, sent outside of any transaction, and marked. At least once, never by two at once.

A claim moves the next try ahead by the back-off before anything is sent. Whoever dies in between has claimed as well:
the letter is tried again then, under the same id.
"""

import logging
import os
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engine import clock
from engine.errors import Conflict, EngineError, SystemNotReady, unnamed
from engine.model import Channel, Choice, Delivery, Instance, ItemStatus, Notice, Notices, WorkItem
from engine.outbox import gateway, mail, telling, wording
from engine.outbox.letters import Away, Later, Letter, Never
from engine.outbox.settings import Settings, read
from engine.transaction import Sessions, transaction

BATCH = 20
WAITS = tuple(timedelta(minutes=n) for n in (5, 15, 60, 240, 720))  # after the first try, the second, and so on
MOST = len(WAITS) + 1  # tries
KEPT = timedelta(days=90)  # of everything that was told
REST = timedelta(minutes=1)  # that a channel is left alone whose server does not answer
OURS = "Kesalahan program"
SENDERS: dict[Channel, Callable[[Letter, Settings], None]] = {Channel.MAIL: mail.send, Channel.GATEWAY: gateway.send}
WAITING = sa.and_(Delivery.sent_at.is_(None), Delivery.failed_at.is_(None))
log = logging.getLogger("sopan.outbox")


def deliver_due(sessions: Sessions, ending: Callable[[], bool] = lambda: False, most: int = BATCH) -> int:
    """Tell what nobody was told of yet, and send some letters that are due, until told to end or a slow server has
    taken its time: timers wait meanwhile. How much was done; one letter that cannot be sent stops no other."""
    try:
        settings = read(os.environ)
    except SystemNotReady as error:  # it was right at the start, or serve and worker would not have started
        log.error("the outbox is not set up: %s", error)
        return 0
    with sessions() as session:
        news, letters = telling.untold(session, most), due(session, settings, most)
    done = sum(_tell_alone(sessions, source, settings) for source in news if not ending())
    resting, over = set[str](), clock.system() + timedelta(seconds=settings.seconds)
    for letter, channel in letters:
        if channel not in resting and clock.system() < over and not ending():
            try:
                done += _send_alone(sessions, letter, settings)
            except Away:
                resting.add(channel)
                _rest(sessions, channel)
    if done:
        _forget(sessions)
    return done


def due(session: Session, settings: Settings, most: int = BATCH) -> list[tuple[str, str]]:
    """The ids of the letters that are due by channels that are set up, and their channels, the oldest first."""
    query = sa.select(Delivery.id, Delivery.channel).where(WAITING, Delivery.due_at <= clock.system())
    found = session.execute(query.where(Delivery.channel.in_(settings.channels)).order_by(Delivery.due_at).limit(most))
    return [(letter, channel) for letter, channel in found]


def claim(session: Session, delivery_id: str) -> Delivery | None:
    """A letter that is due, if this transaction is the one that tries it now."""
    now, found = clock.system(), session.get(Delivery, delivery_id)
    if found is None:
        return None
    wait = WAITS[min(found.tries, len(WAITS) - 1)]
    mine = sa.and_(Delivery.id == delivery_id, Delivery.tries == found.tries, WAITING, Delivery.due_at <= now)
    claimed = sa.update(Delivery).where(mine).values(tries=found.tries + 1, due_at=now + wait).returning(Delivery.id)
    if session.scalars(claimed.execution_options(synchronize_session=False)).one_or_none() is None:
        return None
    session.refresh(found)
    return found


def _send_alone(sessions: Sessions, delivery_id: str, settings: Settings) -> bool:
    """Try one letter; whether it was ours to try. Raises Away."""
    with sessions() as session:
        try:
            with transaction(session):
                found = claim(session, delivery_id)
        except Conflict:
            return False
        if found is None:
            return False
        try:
            send, letter = SENDERS[Channel(found.channel)], _letter(session, found, settings)
            session.rollback()  # nothing waits for us while we wait for others
            if letter is not None:
                send(letter, settings)
        except (Away, Later, Never) as error:
            _mark(session, delivery_id, str(error), isinstance(error, Never))
            if isinstance(error, Away):
                raise
        except OperationalError:
            raise  # the database is away: no letter is to blame
        except Exception as error:  # a fault of ours with one letter must not stop the others
            log.warning("letter %s: %s", delivery_id, error, exc_info=True)
            _mark(session, delivery_id, f"{OURS}: {type(error).__name__}")
        else:
            _mark(session, delivery_id, needless=letter is None)
        return True


def _mark(session: Session, delivery_id: str, reason: str = "", never: bool = False, needless: bool = False) -> None:
    """What became of a try; a letter of which nothing is news any more is forgotten."""
    with transaction(session):
        found = session.get_one(Delivery, delivery_id)
        found.reason = reason
        if needless:
            session.delete(found)
        elif not reason:
            found.sent_at = clock.system()
        elif never or found.tries >= MOST:
            found.failed_at = clock.system()


def _rest(sessions: Sessions, channel: str) -> None:
    """Leave a channel alone for a moment: each further letter would wait in vain, and the worker with it."""
    now = clock.system()
    late = sa.update(Delivery).where(WAITING, Delivery.channel == channel, Delivery.due_at < now + REST)
    with sessions() as session, transaction(session):
        session.execute(late.values(due_at=now + REST).execution_options(synchronize_session=False))


def _forget(sessions: Sessions) -> None:
    """What is long past: the history tells what happened, the outbox only whom we told."""
    before, quiet = clock.system() - KEPT, {"synchronize_session": False}
    with sessions() as session, transaction(session):
        session.execute(sa.delete(Delivery).where(Delivery.wanted_at < before).execution_options(**quiet))
        session.execute(sa.delete(Notice).where(Notice.told_at < before).execution_options(**quiet))


def _letter(session: Session, found: Delivery, settings: Settings) -> Letter | None:
    """What a delivery says now; None if all of it is over."""
    now, notices = clock.system(), list(session.scalars(sa.select(Notice).where(Notice.id.in_(found.notices))))
    if found.person_id is None:
        return _message(session, found, notices[0], now)
    choice = session.get(Choice, (found.person_id, found.channel))
    lines = [
        line for line in (_line(session, one, found.person_id, settings.base) for one in notices) if line is not None
    ]
    if choice is None or not choice.address or not lines:
        return None
    text = wording.text(sorted(lines, key=lambda line: line.number), settings.base)
    return Letter(found.id, "notice", choice.address, wording.subject(lines), text, now)


def _message(session: Session, found: Delivery, notice: Notice, now: datetime) -> Letter:
    number = session.get_one(Instance, notice.instance_id).number
    return Letter(found.id, "message", "", notice.body["message"], f"Berkas: {number}", now)


def _line(session: Session, notice: Notice, person: str, base: str) -> wording.Line | None:
    """One thing to tell; None if it is over."""
    item = session.get(WorkItem, notice.item_id) if notice.item_id else None
    if item is not None and (_is_over(notice, item, person) or _is_told_again(session, notice)):
        return None
    return wording.of_notice(notice, session.get_one(Instance, notice.instance_id), item, base)


def _is_over(notice: Notice, item: WorkItem, person: str) -> bool:
    """Whether something is no news any more: a step that is done needs no warning; one that somebody has taken is news
    only to whom they gave it; that it is ready, or came back, only until that changes."""
    ready, mine = item.prepared_by is not None, item.holder == person
    news = {
        Notices.OPENED: item.holder is None or (mine and item.handed_by is not None),
        Notices.PREPARED: ready and (item.holder is None or mine),
        Notices.UNPREPARED: not ready,
    }
    over = item.status != ItemStatus.OPEN or not news.get(Notices(notice.kind), True)
    return over and notice.kind != Notices.BREACH


def _is_told_again(session: Session, notice: Notice) -> bool:
    """Whether a later notice tells that a draft is ready, or came back, once more."""
    if notice.kind not in (Notices.PREPARED, Notices.UNPREPARED):
        return False
    later = sa.exists().where(Notice.item_id == notice.item_id, Notice.kind == notice.kind, Notice.at > notice.at)
    return bool(session.scalar(sa.select(later)))


def _tell_alone(sessions: Sessions, source: telling.Source, settings: Settings) -> bool:
    with sessions() as session:
        try:
            with transaction(session):
                return telling.tell(session, source, settings)
        except Conflict:
            return False
        except OperationalError:
            raise  # the database is away: no notice is to blame
        except Exception as error:  # a fault of ours must not stop the others: it waits for the operator
            log.warning("notice of %s: %s", source[1], unnamed(error), exc_info=not isinstance(error, EngineError))
            with transaction(session):
                if (notice := telling.claim(session, source)) is not None:
                    session.add(notice)
                    _give_up(session, notice, f"{OURS}: {type(error).__name__}")
            return True


def _give_up(session: Session, notice: Notice, reason: str) -> None:
    """A notice that could not be told, as something for the operator to retry: a delivery by no channel."""
    now = clock.system()
    place = {"channel": "", "notices": [notice.id], "wanted_at": now, "due_at": now}
    session.add(Delivery(**place, reason=reason, failed_at=now))
