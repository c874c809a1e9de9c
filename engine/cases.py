"""Cases: starting, cancelling, messages from outside, and the list of cases that a person may see."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, forms, history, instances, library, people, spiff, worktime
from engine.definition import Definition, Node
from engine.errors import BadValue, NotAllowed, NotFound, NotReady
from engine.forms import Form
from engine.model import Counter, Entry, Instance, ItemStatus, Kind, Status, WorkItem, new_id
from engine.people import BUDGET_OWNER, OPERATOR, Actor
from engine.spiff import Situation
from engine.transaction import lock
from engine.values import Value

TITLE, OPD, LETTER = "nama_paket", "opd", "nomor_surat"  # the start form's fields that the list of cases shows
CANCEL_ROLES = (BUDGET_OWNER, OPERATOR)
CATCHING = frozenset({"boundaryEvent", "intermediateCatchEvent", "receiveTask"})


def startable(session: Session, who: Actor) -> list[Entry]:
    """The processes in force that a person may start."""
    deployment = library.in_force(session, clock.business())
    allowed = people.startable(session, who)
    entries = deployment.entries if deployment else []
    return [e for e in entries if e.kind == "process" and (allowed is None or e.key in allowed)]


def start_form(session: Session, key: str) -> tuple[Definition, Form | None]:
    """The process in force with this key, and the form of its start event. Raises NotFound."""
    deployment = library.in_force(session, clock.business())
    library.entry(deployment, key)
    assert deployment is not None
    found = library.library(session, deployment.digest)
    process = found.processes[key]
    form = process.start().form
    return process, found.forms[form] if form else None


def start(
    session: Session,
    key: str,
    who: Actor,
    submitted: Mapping[str, Any],
    request: str | None = None,
    typed: bool = False,
) -> Instance:
    """Start a case. Raises NotAllowed, NotFound, BadForm, Refused. A repeated `request` key gets the first case."""
    if request and (event := history.answered(session, request)):
        return session.get_one(Instance, event.instance_id)
    people.must_start(session, who, key)
    process, form = start_form(session, key)
    fields = _read(form, submitted, typed)
    at = Situation(process, dict(fields), clock.business(), worktime.calendar())
    step = spiff.start(at)
    instance = _instance(session, at, fields, who)
    body = {"number": instance.number, "key": key, "version": instance.version, "sha256": process.sha256}
    instances.apply(session, instance, step, at, Kind.INSTANCE_STARTED, who.id, None, fields, body, request=request)
    session.flush()
    return instance


def _instance(session: Session, at: Situation, fields: Mapping[str, Value], who: Actor) -> Instance:
    """The row of a new case, in the set that is in force."""
    entry = library.entry(library.in_force(session, at.now), at.definition.key)
    instance = Instance(
        id=new_id(),
        number=_number(session, at.definition.prefix, at.now),
        deployment_id=entry.deployment_id,
        digest=entry.deployment.digest,
        version=entry.version,
        key=entry.key,
        title=str(fields.get(TITLE) or at.definition.name),
        opd=str(fields.get(OPD) or ""),
        letter=str(fields.get(LETTER) or ""),
        started_at=at.now,
        started_by=who.id,
        status=Status.RUNNING,
        head="",
        events=0,
    )
    session.add(instance)
    return instance


def cancel(session: Session, instance_id: str, who: Actor, reason: str) -> Instance:
    """Cancel a running case: every open step ends. Raises NotAllowed, NotReady, BadValue without a reason."""
    people.must_have(who, *CANCEL_ROLES)
    instance = instances.locked(session, instance_id)
    people.must_see(session, who, instance)
    if instance.status != Status.RUNNING:
        raise NotReady("Berkas ini sudah selesai.")
    if not reason.strip():
        raise BadValue("Tuliskan alasan pembatalan.")
    closed = instances.cancel_open(session, instance, Status.CANCELLED, who.id)
    body = {"closed": [item.id for item in closed], "ended": {"status": str(Status.CANCELLED), "outcome": None}}
    history.append(session, instance, Kind.INSTANCE_CANCELLED, who.id, body, {"alasan": reason.strip()})
    return instance


def receive(session: Session, instance_id: str, who: Actor, message: str, data: Mapping[str, Value]) -> Instance:
    """Deliver a message to a case. Raises NotReady if the case does not await it, NotAllowed, Refused."""
    instance = instances.locked(session, instance_id)
    people.must_see(session, who, instance)
    definition, _ = library.of(session, instance)
    _must_send(session, who, instance)
    at = instances.situation(instance, definition, clock.business(), data)
    step = spiff.receive(at, instance.state, message, None)
    body = {"message": message}
    instances.apply(session, instance, step, at, Kind.MESSAGE_RECEIVED, who.id, None, data, body)
    return instance


def find(session: Session, who: Actor, instance_id: str) -> Instance:
    """A case that the person may see, by id or by number. Raises NotFound, NotAllowed."""
    query = sa.select(Instance).where(sa.or_(Instance.id == instance_id, Instance.number == instance_id))
    instance = session.scalars(query).one_or_none()
    if instance is None:
        raise NotFound()
    people.must_see(session, who, instance)
    return instance


def visible(
    who: Actor, search: str = "", status: str = "", late: bool = False, step: str = "", by_due: bool = False
) -> sa.Select[Instance]:
    """The cases that a person may see, by words of its number, names and letter; status; late; the name of an open
    step. The newest first, or `by_due` the one with the nearest due date."""
    query = sa.select(Instance).where(people.visible(who))
    for word in search.split():
        like = f"%{word.replace('%', '').replace('_', '')}%"
        columns = (Instance.number, Instance.title, Instance.letter, Instance.opd)
        query = query.where(sa.or_(*(column.ilike(like) for column in columns)))
    if status:
        query = query.where(Instance.status == status)
    if late:
        overdue = sa.and_(WorkItem.status == ItemStatus.OPEN, WorkItem.due_at < clock.business())
        query = query.where(Instance.id.in_(sa.select(WorkItem.instance_id).where(overdue)))
    if step:
        there = sa.and_(WorkItem.status == ItemStatus.OPEN, WorkItem.name == step)
        query = query.where(Instance.id.in_(sa.select(WorkItem.instance_id).where(there)))
    order = (Instance.started_at.desc(), Instance.number.desc())
    due = sa.select(sa.func.min(WorkItem.due_at)).where(
        WorkItem.instance_id == Instance.id, WorkItem.status == ItemStatus.OPEN
    )
    nearest = due.correlate(Instance).scalar_subquery()
    return query.order_by(nearest.is_(None), nearest, *order) if by_due else query.order_by(*order)


def size(session: Session, query: sa.Select[Instance]) -> int:
    """How many cases a query finds."""
    return session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0


def open_steps(session: Session, who: Actor) -> list[str]:
    """The names of the steps that are open in some case that a person may see."""
    query = sa.select(WorkItem.name).join(WorkItem.instance).where(WorkItem.status == ItemStatus.OPEN)
    return sorted(session.scalars(query.where(people.visible(who)).distinct()), key=_by_number)


def running(session: Session) -> dict[tuple[str, int], int]:
    """How many cases of each version of each process are running: (key, version) -> number."""
    query = sa.select(Instance.key, Instance.version, sa.func.count()).where(Instance.status == Status.RUNNING)
    rows = session.execute(query.group_by(Instance.key, Instance.version))
    return {(key, version): number for key, version, number in rows}


def awaited(session: Session, instance: Instance, who: Actor) -> list[Node]:
    """The events of a case's model that wait for a message now, if this person may send one."""
    if instance.status != Status.RUNNING or not may_send(session, who, instance):
        return []
    definition, _ = library.of(session, instance)
    at = instances.situation(instance, definition, clock.business(), {})
    nodes = [node for node in definition.nodes.values() if node.message and node.tag in CATCHING]
    return [node for node in nodes if spiff.waiting(at, instance.state, node.message or "", None)]


def may_cancel(who: Actor) -> bool:
    """Whether a person may cancel cases."""
    return who.has(*CANCEL_ROLES)


def may_send(session: Session, who: Actor, instance: Instance) -> bool:
    """Whether a person may tell a case what happened outside: who may cancel it, or start one of its kind."""
    return may_cancel(who) or who.has(*people.start_roles(session, instance.key))


def open_items(session: Session, instances_: list[str]) -> dict[str, list[WorkItem]]:
    """The open work items of some cases."""
    query = sa.select(WorkItem).where(WorkItem.instance_id.in_(instances_), WorkItem.status == ItemStatus.OPEN)
    found: dict[str, list[WorkItem]] = {instance: [] for instance in instances_}
    for item in session.scalars(query.order_by(WorkItem.opened_at)):
        found[item.instance_id].append(item)
    return found


def unassigned(session: Session) -> list[WorkItem]:
    """Open work items of lanes without a role: only the operator sees them."""
    query = sa.select(WorkItem).where(WorkItem.status == ItemStatus.OPEN, WorkItem.role.is_(None))
    return list(session.scalars(query.order_by(WorkItem.opened_at)))


def _must_send(session: Session, who: Actor, instance: Instance) -> None:
    if not may_send(session, who, instance):
        raise NotAllowed("Anda tidak berwenang menyampaikan kejadian ini.")


def _by_number(name: str) -> tuple[int, str]:
    digits = re.match(r"\d+", name)
    return (int(digits[0]) if digits else 1000, name)


def _read(form: Form | None, submitted: Mapping[str, Any], typed: bool) -> dict[str, Value]:
    if form is None:
        return instances.free(submitted if typed else {})
    return (forms.check_data if typed else forms.check)(form, submitted, {})


def _number(session: Session, prefix: str, at: datetime) -> str:
    """The next case number of a prefix and a year in Pontianak: no gap, no duplicate."""
    year = people.today(at).year
    query = sa.select(Counter).where(Counter.prefix == prefix, Counter.year == year)
    counter = session.scalars(lock(query, session)).one_or_none()
    if counter is None:
        counter = Counter(prefix=prefix, year=year, last=0)
        session.add(counter)
    counter.last += 1
    return f"{prefix}-{year}-{counter.last:04d}"
