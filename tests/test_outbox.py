"""The outbox: written with what it tells, told to whom it concerns now, sent at least once and never by two at once."""

import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from posts import BASE, Taking, webhook
from sqlalchemy.orm import Session
from test_worktime import at
from walks import Walk

from engine import backup, clock, handing, history, notices, outbox, people, receivers, tasks, timers
from engine import database as databases
from engine.database import Database
from engine.errors import NotAllowed, NotFound
from engine.model import Channel, Choice, Delivery, Notice, WorkItem
from engine.outbox import delivering, mail, telling, wording
from engine.people import Actor
from engine.transaction import transaction
from engine.worker import Worker

Cast = dict[str, Actor]
CHOICE = {"address": "{}@sopan.example", "mode": "segera", "hour": "8", "quiet": "", "urgent": ""}


def choose(database: Database, who: Actor, name: str, channel: Channel = Channel.MAIL, **changes: str) -> None:
    with database.session() as session, transaction(session):
        typed = CHOICE | {"address": name if channel == Channel.GATEWAY else CHOICE["address"].format(name)}
        outbox.choose(session, who, channel, typed | changes)


def deliver(database: Database) -> None:
    while outbox.deliver_due(database.session):
        pass


def deliveries(database: Database) -> list[Delivery]:
    with database.session() as session:
        return list(session.scalars(sa.select(Delivery).order_by(Delivery.wanted_at)))


def again(database: Database) -> None:
    """Let time pass until every letter is due."""
    with database.session() as session, transaction(session):
        session.execute(sa.update(Delivery).values(due_at=clock.system() - timedelta(seconds=1)))


@pytest.fixture
def walk(deployed: Database, cast: Cast, taking: Taking) -> Walk:
    """A case whose PPK wants mail at once."""
    choose(deployed, cast["ppk"], "ppk")
    return Walk(deployed, cast)


def test_an_opened_step_is_told_to_those_who_hold_its_role_and_want_it(walk: Walk, taking: Taking) -> None:
    deliver(walk.database)
    [letter] = taking.letters
    assert letter["To"] == "ppk@sopan.example" and letter["Auto-Submitted"] == "auto-generated"
    text = letter.get_payload(decode=True).decode()
    assert "APL-2026-0001" in text and "1. Menyusun HPS dan KAK" in text and "Sen 30 Nov 2026 pukul 16.00 WIB" in text
    assert f"{BASE}/tugas/{walk.item('A01').id}" in text
    deliver(walk.database)
    assert len(taking.letters) == 1


def test_what_is_rolled_back_was_never_to_be_told(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    with clock.stopped(at("2026-12-01T09:00")), deployed.session() as session:
        with pytest.raises(ZeroDivisionError), transaction(session):
            [(timer, _), *_] = timers.due(session, clock.business())
            assert timers.fire(session, timer) and session.scalar(sa.select(sa.func.count(Notice.id))) == 1
            raise ZeroDivisionError
        assert session.scalar(sa.select(sa.func.count(Notice.id))) == 0
        assert [e.kind for e in history.events(session, walk.id)] == ["instance.started"]


def test_no_name_and_no_value_of_a_form_leaves_the_system(walk: Walk, taking: Taking) -> None:
    for role in walk.cast:
        choose(walk.database, walk.cast[role], role)
    walk.to("A01", "A02", "A03")
    deliver(walk.database)
    with walk.database.session() as session:
        typed = [str(v) for row in history.openings(session, walk.id).values() for v in row.values()]
        names = " ".join(session.scalars(sa.select(WorkItem.name)))
    secret = {word for word in typed if len(word) > 4 and word not in names}
    secret |= {who.name for who in walk.cast.values()}
    instance = walk.instance()
    secret |= {instance.title, instance.opd, instance.letter}
    assert len(taking.letters) >= 1 and len(secret) > 10
    for letter in taking.letters:
        told = f"{letter['Subject']} {letter.get_payload(decode=True).decode()}"
        assert [word for word in secret if word in told] == []


def test_a_step_that_somebody_took_or_did_meanwhile_is_told_to_nobody(walk: Walk, taking: Taking) -> None:
    with walk.database.session() as session, transaction(session):
        tasks.claim(session, walk.item("A01").id, walk.cast["ppk"])
    deliver(walk.database)
    assert taking.letters == [] and deliveries(walk.database) == []


def test_who_is_given_a_step_is_told_and_who_took_it_is_not(walk: Walk, taking: Taking) -> None:
    choose(walk.database, walk.cast["ppk2"], "ppk2")
    deliver(walk.database)
    before = len(taking.letters)
    with walk.database.session() as session:
        with transaction(session):
            tasks.claim(session, walk.item("A01").id, walk.cast["ppk"])
        deliver(walk.database)
        assert len(taking.letters) == before
        with transaction(session):
            handing.hand(session, walk.item("A01").id, walk.cast["ppk"], walk.cast["ppk2"].id)
    deliver(walk.database)
    assert [letter["To"] for letter in taking.letters[before:]] == ["ppk2@sopan.example"]


def test_a_letter_that_waited_too_long_is_not_sent(walk: Walk, taking: Taking) -> None:
    with walk.database.session() as session, transaction(session):
        [source] = telling.untold(session, 9)
        telling.tell(session, source, outbox.read(os.environ))
    walk.to("A01")
    deliver(walk.database)
    assert taking.letters == [] and deliveries(walk.database) == []


def test_a_breach_is_told_to_its_receivers_and_to_who_holds_the_step(walk: Walk, taking: Taking) -> None:
    database, cast = walk.database, walk.cast
    choose(database, cast["pa"], "pa")
    row = {"key": "", "element": "", "moment": "breach", "role_key": "pa", "unit": "", "channel": "surel"}
    with database.session() as session, transaction(session):
        receivers.add(session, cast["operator"], row)
        receivers.add(session, cast["operator"], row | {"role_key": "pptk", "channel": "halaman"})
        tasks.claim(session, walk.item("A01").id, cast["ppk"])
    with clock.stopped(at("2026-12-01T09:00")):
        timers.fire_due(database.session)
    deliver(database)
    told = sorted((letter["To"].partition("@")[0], letter["Subject"].partition(":")[0]) for letter in taking.letters)
    assert told == [("pa", "Lewat tenggat"), ("ppk", "Lewat tenggat"), ("ppk", "Mendekati tenggat")]


def test_a_thrown_message_that_nobody_awaits_goes_to_the_gateway(
    deployed: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    walk = Walk(deployed, cast)
    with deployed.session() as session, transaction(session):
        notices.sent(session, session.merge(walk.instance()), "kontrak-siap")
    with webhook(monkeypatch, tmp_path) as receiver:
        deliver(deployed)
    [(_, body)] = receiver.got
    assert b'"kind": "message"' in body and b"kontrak-siap" in body and b"APL-2026-0001" in body


def test_a_digest_is_one_letter(walk: Walk, taking: Taking) -> None:
    choose(walk.database, walk.cast["ppk"], "ppk", mode="harian")
    Walk(walk.database, walk.cast, number=2)
    deliver(walk.database)
    [waits] = deliveries(walk.database)
    assert taking.letters == [] and waits.digest and len(waits.notices) == 2 and waits.wanted_at > clock.system()
    again(walk.database)
    deliver(walk.database)
    [letter] = taking.letters
    text = letter.get_payload(decode=True).decode()
    assert letter["Subject"] == "Sopan: 2 pemberitahuan" and "APL-2026-0001" in text and "APL-2026-0002" in text


def test_limits_in_minutes_are_one_entry_of_a_digest() -> None:
    line = wording.Line("Lewat tenggat", "APL-1", "A", None, "x", minutes=True)
    text = wording.text([line, wording.Line("Lewat tenggat", "APL-2", "B", None, "y", minutes=True)], BASE)
    assert "Batas dalam menit: 2 berkas\nAPL-1, APL-2\n" in text and "Langkah" not in text


def test_who_wants_nothing_gets_nothing(walk: Walk, taking: Taking) -> None:
    choose(walk.database, walk.cast["ppk"], "ppk", mode="tidak")
    deliver(walk.database)
    assert taking.letters == [] and deliveries(walk.database) == []


def test_a_second_deliverer_leaves_a_letter_alone_that_is_being_sent(walk: Walk, taking: Taking) -> None:
    """Deterministically: the second looks while the server has the first one's letter in hand."""
    seen = list[tuple[int, int]]()

    def look() -> None:
        with walk.database.session() as session, transaction(session):
            [found] = session.scalars(sa.select(Delivery))
            seen.append((found.tries, delivering.claim(session, found.id) is not None))

    taking.during = look
    deliver(walk.database)
    assert seen == [(1, False)] and len(taking.letters) == 1


def test_many_deliverers_send_each_letter_once(deployed: Database, cast: Cast, taking: Taking) -> None:
    choose(deployed, cast["ppk"], "ppk")
    choose(deployed, cast["pa"], "pa")
    for number in range(1, 6):
        Walk(deployed, cast, number=number)
    crew = [threading.Thread(target=deliver, args=(deployed,)) for _ in range(4)]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    assert sorted(letter["Subject"][-14:] for letter in taking.letters) == [
        f"(APL-2026-000{n})"[-14:] for n in range(1, 6)
    ]
    assert all(one.sent_at for one in deliveries(deployed))


def test_who_dies_after_sending_sends_again_under_the_same_id(walk: Walk, taking: Taking) -> None:
    database = walk.database
    settings = outbox.read(os.environ)
    with database.session() as session:
        with transaction(session):
            for source in telling.untold(session, 9):
                telling.tell(session, source, settings)
        with transaction(session):
            [(letter, _)] = delivering.due(session, settings)
            found = delivering.claim(session, letter)
        mail.send(delivering._letter(session, found, settings), settings)  # and here the power goes
    deliver(database)
    assert len(taking.letters) == 1  # the claim still holds
    again(database)
    deliver(database)
    assert len(taking.letters) == 2 and len({letter["Message-ID"] for letter in taking.letters}) == 1


def test_a_poison_notice_stops_no_other_and_waits_for_the_operator(walk: Walk, taking: Taking) -> None:
    database, operator = walk.database, walk.cast["operator"]
    with database.session() as session, transaction(session):
        session.add(
            Notice(kind="warning", instance_id=walk.id, body={"receivers": [{}]}, at=clock.system() - timedelta(days=1))
        )
    deliver(database)
    assert len(taking.letters) == 1
    with database.session() as session:
        [poison] = outbox.failed(session, 9)
        assert poison.reason == "Kesalahan program: KeyError"
        with transaction(session):
            outbox.retry(session, operator, {poison.id})
    deliver(database)
    with database.session() as session:
        assert len(outbox.failed(session, 9)) == 1


def test_a_poison_letter_stops_no_other(walk: Walk, taking: Taking) -> None:
    database, now = walk.database, clock.system() - timedelta(days=1)
    with database.session() as session, transaction(session):
        place = {"channel": "surel", "person_id": walk.cast["ppk"].id, "wanted_at": now, "due_at": now}
        session.add(notice := Notice(kind="unknown", instance_id=walk.id, body={"due": "kapan"}, at=now, told_at=now))
        session.flush()
        session.add(Delivery(**place, notices=[notice.id]))
    deliver(database)
    assert len(taking.letters) == 1
    assert deliveries(database)[0].reason == "Kesalahan program: ValueError"


def test_only_the_operator_retries_and_only_what_is_there(walk: Walk) -> None:
    with walk.database.session() as session:
        with pytest.raises(NotAllowed):
            outbox.retry(session, walk.cast["ppk"], set())
        with pytest.raises(NotFound):
            outbox.retry(session, walk.cast["operator"], {"x"})


def test_a_restored_outbox_sends_nothing_by_itself(walk: Walk, taking: Taking) -> None:
    database = walk.database
    choose(database, walk.cast["ppk"], "ppk", mode="harian")
    deliver(database)  # one letter waits for its hour
    Walk(database, walk.cast, number=2)  # and of one step nobody was told yet
    with database.session() as session, transaction(session):
        outbox.hold(session)
    again(database)
    deliver(database)
    assert taking.letters == []
    [held] = deliveries(database)
    assert held.failed_at and "cadangan" in held.reason
    with database.session() as session, transaction(session):
        assert outbox.retry(session, walk.cast["operator"], {held.id}) == 1
    deliver(database)
    assert len(taking.letters) == 1


def test_a_restored_backup_sends_nothing_by_itself(walk: Walk, taking: Taking, tmp_path: Path) -> None:
    backup.make(walk.database, tmp_path / "kept.tar")
    assert backup.restore(tmp_path / "kept.tar", tmp_path / "restored").problems == []
    restored = databases.open_(tmp_path / "restored")
    deliver(restored)
    restored.engine.dispose()
    assert taking.letters == []


def test_the_worker_sends(walk: Walk, taking: Taking) -> None:
    arrived = threading.Event()
    taking.during = arrived.set
    loop = Worker(walk.database.session)
    loop.start()
    assert arrived.wait(30)
    loop.stop()
    assert len(taking.letters) == 1 and deliveries(walk.database)[0].sent_at


def test_without_a_channel_nothing_is_kept_and_the_worker_goes_on(deployed: Database, cast: Cast) -> None:
    choose(deployed, cast["ppk"], "ppk")
    Walk(deployed, cast)
    deliver(deployed)
    with deployed.session() as session:
        assert session.scalar(sa.select(sa.func.count(WorkItem.id)).where(WorkItem.told_at.is_(None))) == 0
        assert outbox.standing(session) == outbox.Standing(0, 0, None, 0)


def test_what_is_long_past_is_forgotten(walk: Walk, taking: Taking) -> None:
    deliver(walk.database)
    old = clock.system() - timedelta(days=91)
    with walk.database.session() as session, transaction(session):
        session.execute(sa.update(Delivery).values(wanted_at=old))
        session.execute(sa.update(Notice).values(told_at=old))
    Walk(walk.database, walk.cast, number=2)
    deliver(walk.database)
    assert len(deliveries(walk.database)) == 1 and len(taking.letters) == 2
    with walk.database.session() as session:
        assert session.scalar(sa.select(sa.func.count(Notice.id))) == 1


def test_the_age_is_that_of_the_oldest_which_should_have_left(walk: Walk) -> None:
    with walk.database.session() as session, transaction(session):
        now = clock.system()
        session.execute(sa.update(WorkItem).values(told_at=now))
        for minutes in (5, -60):
            wanted = now - timedelta(minutes=minutes)
            session.add(Delivery(channel="surel", notices=[], wanted_at=wanted, due_at=now + timedelta(hours=1)))
        session.flush()
        found = outbox.standing(session)
    assert found.waiting == 2 and 300 <= found.age < 360


def test_a_person_has_their_own_choices_only(deployed: Database, cast: Cast) -> None:
    choose(deployed, cast["ppk"], "ppk")
    with deployed.session() as session:
        assert outbox.of(session, cast["ppk"])[Channel.MAIL].address == "ppk@sopan.example"
        assert outbox.of(session, cast["pa"])[Channel.MAIL].address == ""
        assert _count(session) == 1
    choose(deployed, cast["ppk"], "lain")
    with deployed.session() as session:
        assert _count(session) == 1 and people.names(session, {cast["ppk"].id})


def _count(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Choice)) or 0
