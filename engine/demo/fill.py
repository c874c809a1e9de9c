"""Filling the demo's database: real commands, in the order of time, on a clock that starts months ago."""

import io
from datetime import datetime, time, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import cases, clock, definition, deployments, documents, history, library, people, tasks, timers
from engine.database import Database
from engine.demo import answers, cast
from engine.demo.plans import PACE, PLANS, Plan
from engine.errors import AlreadyDone
from engine.model import Instance, Person, System, Timer, WorkItem
from engine.people import ZONE, Actor
from engine.transaction import transaction

ROOT = Path(__file__).resolve().parents[2]
KEY = "pembuatan_aplikasi"
DAY = (time(9, 0), time(15, 0))  # the demo's people work between these
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%% demo: "


def fill(database: Database, accounts: Path, plans: tuple[Plan, ...] = PLANS) -> None:
    """Deploy what is in bpmn/ and forms/, hire the cast, and live through the plans until now."""
    now = clock.business()
    with database.session() as session:
        with clock.stopped(now - timedelta(days=400)), transaction(session):
            session.get_one(System, 1).demo = True
            hired = cast.hire(session)
            publish(session)
        cast.write_accounts(accounts, hired)
        actors = {role: _actor(session, hired, role) for role in cast.ROLES}
        rival = people.actor(session, hired["ppk2"][0].id)
    _Life(database, actors, rival, now).live(plans)


def publish(session: Session) -> None:
    """Deploy the models and forms of the repository, and say which role works in which lane."""
    files = {p.name: p.read_bytes() for p in sorted([*ROOT.glob("bpmn/*.bpmn"), *ROOT.glob("forms/*.json")])}
    for file, content in files.items():
        if file.endswith(".bpmn"):
            for process in definition.read(content, file):
                cast.map_lanes(session, process)
    deployments.deploy(session, files, history.SYSTEM)


def _actor(session: Session, hired: dict[str, tuple[Person, str]], role: str) -> Actor:
    member = next(m for m in cast.CAST if m.role == role)
    return people.actor(session, hired[member.username][0].id)


class _Life:
    """The demo's past, played in the order of time."""

    def __init__(self, database: Database, actors: dict[str, Actor], rival: Actor, now: datetime) -> None:
        self.database, self.actors, self.rival, self.now = database, actors, rival, now
        self.reached = now - timedelta(days=400)

    def live(self, plans: tuple[Plan, ...]) -> None:
        """Start and move every case, firing what falls due on the way."""
        times = {number: _times(plan, self.now) for number, plan in enumerate(plans, 1)}
        agenda = sorted((at, number, n) for number, found in times.items() for n, at in enumerate(found))
        started: dict[int, str] = {}
        for at, number, done in agenda:
            plan = plans[number - 1]
            self._fire_until(at)
            with self.database.session() as session, clock.stopped(at):
                if done == 0:
                    started[number] = self._start(session, plan, number)
                elif done <= plan.steps:
                    self._step(session, plan, number, done - 1, started[number])
                else:
                    self._leave(session, plan, started[number])
        self._fire_until(self.now)

    def _start(self, session: Session, plan: Plan, number: int) -> str:
        with transaction(session):
            data = answers.start(plan, number, people.today())
            return cases.start(session, KEY, self.actors["ppk"], data, typed=True).id

    def _step(self, session: Session, plan: Plan, number: int, done: int, instance: str) -> None:
        element = plan.elements()[done]
        [item] = [i for i in cases.open_items(session, [instance])[instance] if i.element == element]
        who = self.actors[item.role or "operator"]
        data = answers.step(element, item.round, plan, number, people.today())
        for requirement in _uploads(session, item):
            name = f"{requirement.replace('/', '-')}.pdf"
            upload = documents.keep(self.database.store, name, io.BytesIO(PDF + f"{number} {name}".encode()))
            with transaction(session):
                documents.add(session, item.id, who, requirement, upload)
        with transaction(session):
            tasks.complete(session, item.id, who, data, typed=True)
        if plan.race and done == 0:
            self._lose(session, item.id, data)

    def _lose(self, session: Session, item: str, data: dict[str, object]) -> None:
        """The second of two people who complete the same step at once is told who was first."""
        try:
            with transaction(session):
                tasks.complete(session, item, self.rival, data, typed=True)
        except AlreadyDone:
            return
        raise AssertionError("two people completed one step")

    def _leave(self, session: Session, plan: Plan, instance: str) -> None:
        """Leave a case as it stands: its contract broken, or what is open taken by somebody."""
        if plan.path == "putus":
            with transaction(session):
                why = {"alasan_putus": "Penyedia tidak melanjutkan pekerjaan."}
                cases.receive(session, instance, self.actors["ppk"], "kontrak_diputus", why)
        for item in cases.open_items(session, [instance])[instance] if plan.held else []:
            with transaction(session):
                tasks.claim(session, item.id, self.actors[item.role or "operator"])

    def _fire_until(self, at: datetime) -> None:
        """Let every timer that falls due before an instant fire at its own time."""
        while True:
            with self.database.session() as session:
                waits = (
                    Timer.fired_at.is_(None),
                    Timer.cancelled_at.is_(None),
                    Timer.stuck_at.is_(None),
                    Timer.held_at.is_(None),
                )
                due = session.scalar(sa.select(sa.func.min(Timer.due_at)).where(*waits))
            if due is None or due > at:
                self.reached = at
                return
            self.reached = max(self.reached, due)  # a shared clock may have run out before its step opened
            with clock.stopped(self.reached):
                timers.fire_due(self.database.session)


def _uploads(session: Session, item: WorkItem) -> list[str]:
    node = library.node(session, session.get_one(Instance, item.instance_id), item.element)
    return [r.name for r in node.requirements if r.upload]


def _times(plan: Plan, now: datetime) -> list[datetime]:
    """When a case starts, when each step is done and when it is left, counted back from now, all in working hours."""
    times = [_office(now - plan.rest)]
    for element in reversed(plan.elements()):
        times.append(_office(times[-1] - PACE[element]))
    return [*times[::-1], min(times[0] + timedelta(minutes=30), now)]


def _office(at: datetime) -> datetime:
    """The same instant, or the last moment before it at which the demo's people work."""
    local = at.astimezone(ZONE)
    if local.time() < DAY[0]:
        local = datetime.combine(local.date() - timedelta(days=1), DAY[1], ZONE)
    elif local.time() > DAY[1]:
        local = datetime.combine(local.date(), DAY[1], ZONE)
    while local.weekday() >= 5:
        local = datetime.combine(local.date() - timedelta(days=1), DAY[1], ZONE)
    return local
