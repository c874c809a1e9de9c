"""Numbers that follow ("nomor menyusul"): the number and date of a letter, given after the step that made it was done.

What stands is never changed silently: a second giving is refused, a correction is an event of its own, with a reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from engine import forms, history, instances, people, replay, table, tasks, values, variables
from engine.errors import AlreadyDone, BadForm, FieldError, NotAllowed, NotReady
from engine.forms import Field, Form
from engine.instances import Cause
from engine.model import HistoryEvent, Instance, ItemStatus, Kind, Opening, Status, WorkItem
from engine.people import Actor, Sight
from engine.values import Value
from engine.variables import ROOT

REASON = "alasan"  # the field in which a correction says why
LEAST, LONGEST = 3, 500  # characters of it
ALIVE = (Status.RUNNING, Status.COMPLETED)  # in these a number is waited for; in the others it may be given
KINDS = (Kind.ITEM_COMPLETED, Kind.NUMBER_GIVEN, Kind.NUMBER_CORRECTED)


@dataclass(frozen=True)
class Told:
    """One value that a field got: by whom, when, and why, if it was a correction."""

    value: Value
    by: str
    at: datetime
    after: bool  # it followed after its step was completed
    reason: str | None = None  # of a correction; empty if it was erased


@dataclass(frozen=True)
class Number:
    """A field that may follow, of a step that is done, with every value it got, the first first."""

    field: Field
    told: tuple[Told, ...] = ()

    @property
    def followed(self) -> bool:
        """Whether there is anything to tell beside the form: it lacks, followed or was corrected."""
        return not self.told or len(self.told) > 1 or self.told[0].after


Events = list[tuple[HistoryEvent, dict[str, Any]]]  # each with the fields of its opening


def waiting(who: Actor) -> sa.Select[WorkItem]:
    """The steps that are done and lack a number, in cases that were not cancelled and did not fail: of this person's
    roles, or completed by them in a case they still see; for an outsider these alone; the oldest first."""
    lacks = WorkItem.lacks.is_not(None), WorkItem.instance.has(Instance.status.in_(ALIVE))
    own = sa.and_(WorkItem.closed_by == who.id, WorkItem.instance.has(people.visible(who)))
    theirs = own if people.is_outside(who) else sa.or_(WorkItem.pool.in_(who.pools), own)
    query = sa.select(WorkItem).where(*lacks, theirs)
    return query.options(joinedload(WorkItem.instance, innerjoin=True)).order_by(WorkItem.closed_at, WorkItem.id)


def count(session: Session, who: Actor) -> int:
    """How many steps lack a number, tasks.MOST at most."""
    found = waiting(who).with_only_columns(WorkItem.id).order_by(None).limit(tasks.MOST)
    return session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0


def may_give(session: Session, seen: Sight, item: WorkItem) -> bool:
    """Whether somebody may give the numbers of a step: who may work in its pool, or who completed it and still sees
    the case; no step that another vendor did."""
    if people.may_work(seen.who, item):
        return seen.step(item.id)
    visible = sa.select(sa.exists().where(Instance.id == item.instance_id, people.visible(seen.who)))
    return item.closed_by == seen.who.id and bool(session.scalar(visible))


def find(session: Session, item_id: str, who: Actor) -> tuple[WorkItem, list[Number]]:
    """A step that is done, and its fields that may follow. Raises NotFound, NotAllowed, NotReady."""
    item = tasks.find(session, item_id)
    _must_give(session, who, item)
    return item, of_item(session, item)


def of_item(session: Session, item: WorkItem) -> list[Number]:
    """The fields of a step that may follow, with what was told of them; none before it is done."""
    _, form = tasks.node_and_form(session, item)
    if form is None or item.status != ItemStatus.COMPLETED or not _late(form):
        return []
    return _numbers(form, _events(session, item.instance_id, {item.id}))


def of_case(session: Session, instance: Instance) -> list[tuple[WorkItem, list[Number]]]:
    """The steps of a case whose numbers lack, followed or were corrected, in the order they were done."""
    query = sa.select(WorkItem).where(WorkItem.instance_id == instance.id, WorkItem.status == ItemStatus.COMPLETED)
    done = session.scalars(query.order_by(WorkItem.closed_at, WorkItem.id)).all()
    late = [item for item in done if (form := tasks.node_and_form(session, item)[1]) and _late(form)]
    events = _events(session, instance.id, {item.id for item in late}) if late else []
    found = []
    for item in late:
        _, form = tasks.node_and_form(session, item)
        assert form is not None
        mine = [one for one in events if one[0].body["item"] == item.id]
        if some := [number for number in _numbers(form, mine) if number.followed]:
            found.append((item, some))
    return found


def give(
    session: Session,
    item_id: str,
    who: Actor,
    submitted: Mapping[str, Sequence[str] | str],
    request: str | None = None,
) -> WorkItem:
    """Give what a step lacks, all of it or some. Raises NotAllowed, NotReady, BadForm, Refused; AlreadyDone, which says
    who and when, for what was given before."""
    item = instances.locked_with(session, item_id)
    if history.answered(session, request, Kind.NUMBER_GIVEN, who.id, item=item_id):
        return item
    _must_give(session, who, item)
    _, form = tasks.node_and_form(session, item)
    events = _events(session, item.instance_id, {item.id})
    typed = {name: text if isinstance(text, str) else "".join(text[:1]) for name, text in submitted.items()}
    asked = {name: text.strip() for name, text in typed.items() if text.strip()}
    if form is None or not asked:
        raise BadForm([FieldError("", "Isi paling sedikit satu nomor atau tanggal.")])
    for number in _numbers(form, events):
        if number.field.key in asked and number.told:
            last = number.told[-1]
            text = "{label} sudah diberikan oleh {who} pukul {at}. Bila keliru, buat ralat beserta alasannya."
            given = people.deed(session, who, item.instance, last.by, last.at)
            raise AlreadyDone(text, label=number.field.label, **given)
    new = _checked(item, form, events, asked)
    _write(session, item, who, Cause(Kind.NUMBER_GIVEN, who.id, item, new, request=request))
    left = [key for key in item.lacks or () if key not in new]
    table.change(session, item, lacks=left or None)
    return item


def correct(
    session: Session, item_id: str, who: Actor, key: str, text: str, reason: str, request: str | None = None
) -> WorkItem:
    """Correct a number that stands, by an event that keeps the reason; the old value stays in the history. Raises
    NotAllowed, NotReady, BadForm, Refused."""
    item = instances.locked_with(session, item_id)
    if history.answered(session, request, Kind.NUMBER_CORRECTED, who.id, item=item_id, given=[key]):
        return item
    _must_give(session, who, item)
    _, form = tasks.node_and_form(session, item)
    events = _events(session, item.instance_id, {item.id})
    found = next((one for one in _numbers(form, events) if one.field.key == key), None) if form else None
    if form is None or found is None or not found.told:
        raise NotReady("Nomor ini belum diberikan, maka belum dapat diralat.")
    why, new, errors = reason.replace("\r\n", "\n").strip(), dict[str, Value](), list[FieldError]()
    try:
        new = _checked(item, form, events, {key: text.strip()})
    except BadForm as error:
        errors = error.errors
    errors += _faults(found, new.get(key), why) if not errors else _no_reason(why)
    if errors:
        raise BadForm(errors)
    cause = Cause(Kind.NUMBER_CORRECTED, who.id, item, new, aside={history.REASON: why}, request=request)
    _write(session, item, who, cause)
    return item


def _faults(number: Number, new: Value, why: str) -> list[FieldError]:
    """What is wrong with a correction whose value could be read."""
    label, errors = (("label", number.field.label),), _no_reason(why)
    if new is None:
        return [FieldError(number.field.key, "{label} wajib diisi.", label), *errors]
    if variables.same(new, number.told[-1].value):
        return [FieldError(number.field.key, "{label} masih sama dengan semula.", label), *errors]
    return errors


def _no_reason(why: str) -> list[FieldError]:
    if LEAST <= len(why) <= LONGEST:
        return []
    long = (("least", str(LEAST)), ("most", str(LONGEST)))
    return [FieldError(REASON, "Tuliskan alasan ralat, {least} sampai {most} huruf.", long)]


def _must_give(session: Session, who: Actor, item: WorkItem) -> None:
    if not may_give(session, people.sight(session, who, item.instance), item):
        raise NotAllowed("Nomor langkah ini bukan untuk peran Anda.")
    if item.status != ItemStatus.COMPLETED:
        raise NotReady("Langkah ini belum selesai: isi nomornya di tugasnya.")


def _checked(item: WorkItem, form: Form, events: Events, asked: Mapping[str, str]) -> dict[str, Value]:
    """What is given now, checked as the form checks it, over what the step was completed with."""
    late = {field.key for field in form.fields if field.late}
    if strange := [name for name in asked if name not in late]:
        raise BadForm([FieldError(name, "Isian {name} tidak dikenal.", (("name", name),)) for name in strange])
    filled = {name: value for _, told in events for name, value in told.items() if name[0] not in ":="}
    return forms.check_late(form, asked, filled, tasks.seen(item))


def _write(session: Session, item: WorkItem, who: Actor, why: Cause) -> None:
    """Write what is given into the scope of its step, if that lives and nobody wrote the same since; and the event."""
    clashes = people.must_be_apart(session, item, people.standing(who, item))
    known = variables.decode(item.instance.variables, item.instance.scopes)
    lives = item.scope in known.scopes
    newer = _newer(session, item)
    data = {key: value for key, value in why.fields.items() if key not in newer} if lives else {}
    told = {"item": item.id, "given": sorted(why.fields), "written": sorted(data), **people.told(who, item)}
    told |= {"scope": item.scope} if item.scope != ROOT else {}
    told |= {"also": sorted({clash.lane for clash in clashes})} if clashes else {}
    instances.note(session, item, item.scope if lives else ROOT, data, replace(why, body=told))


def _newer(session: Session, item: WorkItem) -> set[str]:
    """The variables of the step's scope that something else wrote after it was completed: a later round, a message."""
    done = history.closing(session, item.instance_id, item.id).seq
    found = set[str]()
    for event, fields in _standing(session, item.instance_id, HistoryEvent.seq > done):
        names = set(fields) if "written" not in event.body else set(event.body["written"])
        here = event.kind in replay.FILLED and event.body.get("scope", ROOT) == item.scope
        found |= names if here and event.body.get("item") != item.id else set()
        found |= {name[1:].partition("@")[0] for name in fields if _by_model(name, item.scope)}
    return found


def _by_model(name: str, scope: str) -> bool:
    return name.startswith("=") and name.partition("@")[2] == scope


def _late(form: Form) -> bool:
    return any(field.late for field in form.fields)


def _events(session: Session, case: str, items: Iterable[str]) -> Events:
    """What was told of the fields of some steps of a case, the first first, with the values that were not erased."""
    rows = _standing(session, case, HistoryEvent.kind.in_((*KINDS, Kind.ITEM_RECALLED)))
    wanted = set(items)
    return [(one, _opened(told)) for one, told in rows if one.kind in KINDS and one.body["item"] in wanted]


def _standing(session: Session, case: str, which: sa.ColumnElement[bool]) -> Events:
    """Events of a case that were not undone, with what is kept of their openings."""
    query = sa.select(HistoryEvent, Opening.fields).outerjoin(
        Opening, sa.and_(Opening.instance_id == HistoryEvent.instance_id, Opening.seq == HistoryEvent.seq)
    )
    found = query.where(HistoryEvent.instance_id == case, which).order_by(HistoryEvent.seq)
    rows = {event: fields or {} for event, fields in session.execute(found)}
    return [(event, rows[event]) for event in history.standing(rows)]


def _opened(fields: Mapping[str, Any]) -> dict[str, Any]:
    """An opening's values by name; of one that was erased nothing is known but that it was there."""
    return {name: values.decode(told[1]) if isinstance(told, list) else None for name, told in fields.items()}


def _numbers(form: Form, events: Events) -> list[Number]:
    """Each field that the step's form asked for and that may follow, with every value it got."""
    found = {field.key: Number(field) for field in form.fields if field.late}
    asked = set[str]()
    for event, fields in events:
        asked |= fields.keys() | set(event.body.get("lacks", ()))
        given = set(event.body.get("given", fields)) - set(event.body.get("lacks", ()))
        for key in found.keys() & given:
            reason = str(fields.get(history.REASON, "")) if event.kind == Kind.NUMBER_CORRECTED else None
            after = event.kind != Kind.ITEM_COMPLETED
            one = Told(fields.get(key), event.actor, event.at, after, reason)
            found[key] = replace(found[key], told=(*found[key].told, one))
    return [number for key, number in found.items() if key in asked or number.told]
