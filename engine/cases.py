"""Cases: starting, cancelling, messages from outside, and the list of cases that a person may see."""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import calendars, clock, forecast, forms, history, instances, library, onpaper, people, spiff
from engine.definition import Definition, Node
from engine.errors import BadForm, BadTime, BadValue, BrokenState, FieldError, NotAllowed, NotFound, NotReady, Refused
from engine.forecast import Forecast
from engine.forms import Form
from engine.instances import Cause
from engine.model import Entry, Instance, ItemStatus, Kind, Staffing, Status, Timer, WorkItem
from engine.people import BUDGET_OWNER, OPERATOR, Actor
from engine.values import Value

CANCEL_ROLES = (BUDGET_OWNER, OPERATOR)


def startable(session: Session, who: Actor) -> list[Entry]:
    """The processes in force that a person may start."""
    deployment = library.in_force(session, clock.business())
    allowed = people.startable(session, who)
    entries = deployment.entries if deployment else []
    return [e for e in entries if e.kind == "process" and (allowed is None or e.key in allowed)]


def start_form(session: Session, key: str) -> tuple[Definition, Form | None]:
    """The process in force with this key, and the form of its start event. Raises NotFound, NotReady."""
    deployment = library.in_force(session, clock.business())
    library.entry(deployment, key)
    assert deployment is not None
    found = library.library(session, deployment.digest)
    process = found.processes[key]
    start = process.start()
    if start is None:
        raise NotReady("Proses {key} hanya dimulai oleh suatu kejadian, tidak oleh orang.", key=key)
    return process, forms.at_once(found.forms[start.form]) if start.form else None


def outlook(session: Session, key: str) -> Forecast | None:
    """When a case that starts now ends if nothing is done twice; None where its limits do not say. Raises NotFound."""
    process, _ = start_form(session, key)
    now = clock.business()
    try:
        return forecast.forecast(process, now, calendars.book(session).of("", people.today(now)))
    except BadTime:  # beyond the calendar's years
        return None


def start(
    session: Session,
    key: str,
    who: Actor,
    submitted: Mapping[str, Any],
    request: str | None = None,
    typed: bool = False,
    paper: onpaper.Sent = onpaper.NONE,
) -> Instance:
    """Start a case; `paper` says when it began. Raises NotAllowed, NotFound, BadForm, Refused. A repeated `request` key
    gets the first case."""
    if event := history.answered(session, request, Kind.INSTANCE_STARTED, who.id, key=key):
        return session.get_one(Instance, event.instance_id)
    people.must_start(session, who, key)
    _, form = start_form(session, key)
    done, wrong = onpaper.read(paper)
    now, fields = clock.business(), _read(form, submitted, typed, wrong)
    entry = library.entry(library.in_force(session, now), key)
    told, aside = onpaper.told(done), onpaper.aside(done)
    why = Cause(Kind.INSTANCE_STARTED, who.id, None, fields, told, aside, request=request)
    return instances.begin(session, entry, None, now, why)


def cancel(session: Session, instance_id: str, who: Actor, reason: str, request: str | None = None) -> Instance:
    """Cancel a running case: every open step ends. Who may cancel sees every case. Raises NotAllowed, AlreadyDone,
    BadValue without a reason."""
    people.must_have(who, *CANCEL_ROLES)
    instance = instances.locked(session, instance_id)
    if history.answered(session, request, Kind.INSTANCE_CANCELLED, who.id, instance=instance.id):
        return instance
    people.must_run(session, who, instance)
    if not reason.strip():
        raise BadValue("Tuliskan alasan pembatalan.")
    closed = instances.cancel_open(session, instance, Status.CANCELLED, who.id)
    body = {"closed": [item.id for item in closed], "ended": {"status": str(Status.CANCELLED), "outcome": None}}
    told = {history.REASON: reason.strip()}
    history.append(session, instance, Kind.INSTANCE_CANCELLED, who.id, body, told, request=request)
    return instance


def receive(
    session: Session,
    instance_id: str,
    who: Actor,
    message: str,
    data: Mapping[str, Value],
    request: str | None = None,
) -> Instance:
    """Deliver a message to a case, whatever key it asks for. Raises NotReady if nothing there awaits it, AlreadyDone
    if the case has ended, NotAllowed, Refused."""
    instance = instances.locked(session, instance_id)
    must_send(session, who, instance)
    if history.answered(session, request, Kind.MESSAGE_RECEIVED, who.id, instance=instance.id, message=message):
        return instance
    people.must_run(session, who, instance)
    at = instances.situation(session, instance, clock.business())
    key = next((key for node, key in spiff.awaited(at, instance.state) if node.message == message), None)
    instances.deliver(session, instance, message, key, _message(message, who, data, request))
    return instance


def deliver(
    session: Session, who: Actor, message: str, key: Value, data: Mapping[str, Value], request: str | None = None
) -> Instance:
    """Deliver a message to the case that awaits it with this key, or start one with it.

    Raises NotReady if nobody awaits it, Refused if several do, NotAllowed.
    """
    kinds = (Kind.MESSAGE_RECEIVED, Kind.INSTANCE_STARTED)
    if event := history.answered(session, request, kinds, who.id, message=message):
        return session.get_one(Instance, event.instance_id)
    now = clock.business()
    waiting = list(islice(instances.awaiting(session, message, key), 2))
    starts = [] if waiting else list(instances.started_by_message(session, message, key, data, now))
    if len(waiting) + len(starts) > 1:
        raise Refused("Beberapa berkas menunggu pesan {name}.", name=message)
    if waiting:
        instance = instances.locked(session, waiting[0].id)
        must_send(session, who, instance)
        instances.deliver(session, instance, message, key, _message(message, who, data, request))
        return instance
    if not starts:
        raise NotReady("Tidak ada yang menunggu pesan {name}.", name=message)
    [(entry, start)] = starts
    people.must_start(session, who, entry.key)
    why = Cause(Kind.INSTANCE_STARTED, who.id, None, data, {"message": message}, request=request)
    return instances.begin(session, entry, start, now, why)


def _message(message: str, who: Actor, data: Mapping[str, Value], request: str | None = None) -> Cause:
    return Cause(Kind.MESSAGE_RECEIVED, who.id, None, data, {"message": message}, request=request)


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
        letter = [] if people.is_outside(who) else [Instance.letter]
        columns = (Instance.number, Instance.title, Instance.opd, *letter)
        query = query.where(sa.or_(*(column.ilike(like) for column in columns)))
    if status:
        query = query.where(Instance.status == status)
    if late:
        overdue = sa.and_(WorkItem.status == ItemStatus.OPEN, WorkItem.due_at < clock.business())
        steps = Instance.id.in_(sa.select(WorkItem.instance_id).where(overdue))
        query = query.where(sa.or_(steps, _limit_passed()))
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


def opds(session: Session) -> list[str]:
    """The units that have cases, by name."""
    query = sa.select(Instance.opd).where(Instance.opd != "").distinct().order_by(Instance.opd)
    return list(session.scalars(query))


def running(session: Session) -> dict[tuple[str, int], int]:
    """How many cases of each version of each process are running: (key, version) -> number."""
    query = sa.select(Instance.key, Instance.version, sa.func.count()).where(Instance.status == Status.RUNNING)
    rows = session.execute(query.group_by(Instance.key, Instance.version))
    return {(key, version): number for key, version, number in rows}


def awaited(session: Session, instance: Instance, who: Actor) -> list[Node]:
    """The events of a case's model that wait for a message now, if this person may send one."""
    if instance.status != Status.RUNNING or not may_send(session, who, instance):
        return []
    at = instances.situation(session, instance, clock.business())
    try:
        return [node for node, _ in spiff.awaited(at, instance.state)]
    except BrokenState:  # its page can be read; who acts on it is told
        return []


def may_cancel(who: Actor) -> bool:
    """Whether a person may cancel cases."""
    return who.has(*CANCEL_ROLES)


def may_send(session: Session, who: Actor, instance: Instance) -> bool:
    """Whether a person may tell a case what happened outside: who may cancel it, or start one of its kind."""
    return may_cancel(who) or who.has(*people.start_roles(session, instance.key))


def must_send(session: Session, who: Actor, instance: Instance) -> None:
    """Raises NotAllowed unless may_send, and may see the case."""
    people.must_see(session, who, instance)
    if not may_send(session, who, instance):
        raise NotAllowed("Anda tidak berwenang menyampaikan kejadian ini.")


def late(session: Session, instances_: list[str]) -> frozenset[str]:
    """Those of some cases that are late as a whole, or in a part."""
    return frozenset(session.scalars(sa.select(Instance.id).where(Instance.id.in_(instances_), _limit_passed())))


def _limit_passed() -> sa.ColumnElement[bool]:
    """Whether a running case has passed a time limit of its own, or of a part of it."""
    passed = Timer.due_at < clock.business(), Timer.cancelled_at.is_(None), Timer.held_at.is_(None)
    limit = sa.exists().where(Timer.instance_id == Instance.id, Timer.why.is_not(None), *passed)
    return sa.and_(Instance.status == Status.RUNNING, limit)


def open_items(session: Session, instances_: list[str]) -> dict[str, list[WorkItem]]:
    """The open work items of some cases."""
    query = sa.select(WorkItem).where(WorkItem.instance_id.in_(instances_), WorkItem.status == ItemStatus.OPEN)
    found: dict[str, list[WorkItem]] = {instance: [] for instance in instances_}
    for item in session.scalars(query.order_by(WorkItem.opened_at, WorkItem.item)):
        found[item.instance_id].append(item)
    return found


def unassigned(session: Session) -> list[WorkItem]:
    """Open work items that nobody sees but the operator: of lanes without a role, or whose named people are gone."""
    someone = sa.exists().where(Staffing.pool == WorkItem.pool, people.valid(Staffing)).correlate(WorkItem)
    gone = sa.and_(WorkItem.pool.startswith("="), ~someone)
    query = sa.select(WorkItem).where(WorkItem.status == ItemStatus.OPEN, sa.or_(WorkItem.pool.is_(None), gone))
    return list(session.scalars(query.order_by(WorkItem.opened_at, WorkItem.item), {"day": people.today()}))


def _by_number(name: str) -> tuple[int, str]:
    digits = re.match(r"\d+", name)
    return (int(digits[0]) if digits else 1000, name)


def _read(form: Form | None, submitted: Mapping[str, Any], typed: bool, wrong: list[FieldError]) -> dict[str, Value]:
    """The values of the start form. Raises BadForm with every problem at once, `wrong` among them."""
    try:
        if form is None:
            fields = instances.free(submitted if typed else {})
        else:
            fields = (forms.check_data if typed else forms.check)(form, submitted, {})
    except BadForm as error:
        raise BadForm([*error.errors, *wrong]) from error
    if wrong:
        raise BadForm(wrong)
    return fields
