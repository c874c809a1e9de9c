"""Who reads which values and documents of a case: docs/decisions/0015-who-reads-what.md. Pages only ask."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import history, library
from engine.definition import Node
from engine.errors import NotAllowed
from engine.forms import Form
from engine.library import Library
from engine.model import Appointment, Document, HistoryEvent, Instance, ItemStatus, Kind, Role, Staffing, WorkItem
from engine.people.actors import ANALYST, AUDITOR, OPERATOR, OUTSIDE, Actor, names, today

FOLLOWED = frozenset(
    {Kind.INSTANCE_STARTED, Kind.ITEM_COMPLETED, Kind.TIMER_FIRED, Kind.TIMER_WARNED, Kind.DEADLINE_EXTENDED,
     Kind.DEADLINE_PAUSED, Kind.DEADLINE_RESUMED, Kind.DEADLINE_MOVED, Kind.MESSAGE_RECEIVED, Kind.INSTANCE_CANCELLED}
)  # fmt: skip  # where a case stands and when it is due: what an outsider is told of other lanes
ITEM = sa.select(
    WorkItem.id, WorkItem.element, WorkItem.lane, WorkItem.pool, WorkItem.status, WorkItem.opened_at,
    WorkItem.closed_at, WorkItem.closed_by, WorkItem.holder,
)  # fmt: skip


@dataclass(frozen=True)
class Sight:
    """What somebody reads of one case. `items` are the steps that are theirs, `keys` the fields of their forms,
    `opened` those that every form opens to outsiders, `lines` the lines of kelengkapan that they read: all of it counts
    only for an outsider, who has `items`."""

    who: Actor
    case: str
    tagged: frozenset[str]  # the fields with personal data
    personal: bool = True  # whether they see these
    files: bool = True  # whether they open documents and letters
    items: frozenset[str] | None = None
    keys: frozenset[str] = frozenset()
    opened: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()
    mates: frozenset[str] = frozenset()  # who worked on these steps too
    namings: Mapping[str, tuple[Staffing, ...]] = field(default_factory=dict, hash=False)  # of each of these steps

    @property
    def whole(self) -> bool:
        """Whether they see every lane of the case."""
        return self.items is None

    def step(self, item: str | None) -> bool:
        """Whether a work item is theirs to read."""
        return self.items is None or item in self.items

    def follows(self, event: HistoryEvent) -> bool:
        """Whether they are told what an event was."""
        mine = event.body.get("item") in (self.items or ()) or event.body.get("person") == self.who.id
        return self.whole or event.kind in FOLLOWED or mine

    def filled(self, event: HistoryEvent, key: str) -> bool:
        """Whether they read a value of an event, but for its being personal: of another lane's step only what is open
        to them, and never what the model itself wrote."""
        mine = event.body.get("item") in (self.items or ()) and not key.startswith("=")
        return self.whole or mine or key in self.opened

    def value(self, key: str) -> bool:
        """Whether they read a variable of the case."""
        mine = self.whole or key in self.keys or key in self.opened
        return mine and (self.personal or key not in self.tagged)

    def document(self, document: Document) -> bool:
        """Whether they open a document, and read its name: an outsider at their own steps what they gave themselves, or
        others after the first day of their naming. What was given before is perhaps a competitor's."""
        day, namings = today(document.uploaded_at), self.namings.get(document.work_item_id, ())
        given = self.whole or document.uploaded_by == self.who.id or any(_covers(one, day) for one in namings)
        return self.files and (self.step(document.work_item_id) and given or document.requirement in self.lines)

    def letter(self, item: str | None) -> bool:
        """Whether they may have a letter: of a step, or (None) of the case."""
        return self.files and self.step(item)


def is_outside(who: Actor) -> bool:
    """Whether somebody is no official today, nor the aide of one: in the cases that name them they see their own
    lanes."""
    return who.roles <= OUTSIDE and not who.aided


def must_be_inside(who: Actor) -> None:
    """Raises NotAllowed for an outsider."""
    if is_outside(who):
        raise NotAllowed("Bagian ini hanya untuk pejabat yang menangani berkas.")


def must_read(allowed: bool) -> None:
    """Raises NotAllowed where a sight says no."""
    if not allowed:
        raise NotAllowed("Isi ini tidak ditampilkan kepada Anda.")


def sight(session: Session, who: Actor, instance: Instance) -> Sight:
    """What a person who may see a case reads of it."""
    _, found = library.of(session, instance)
    fields = [field for form in found.forms.values() for field in form.fields]
    tagged = frozenset(field.key for field in fields if field.personal)
    if is_outside(who):
        opened = frozenset(field.key for field in fields if field.open) - tagged
        return _outside(session, Sight(who, instance.id, tagged, opened=opened), instance, found)
    inside = who.has(AUDITOR) or not who.has(ANALYST, OPERATOR) or _works_in(session, who, instance)
    return Sight(who, instance.id, tagged, personal=inside, files=inside)


def known_names(session: Session, seen: Sight, ids: set[str]) -> dict[str, str]:
    """The names of people, by id, as somebody reads them in a case: an outsider their own and those of who worked on
    their steps; for all others the lane or the office that they work for."""
    if seen.whole:
        return names(session, ids)
    known = ids & (seen.mates | {seen.who.id})
    others = ids - known - {history.SYSTEM}
    return dict.fromkeys(others, "-") | _offices(session, seen.case, others) | (names(session, known) if known else {})


def _offices(session: Session, case: str, others: set[str]) -> dict[str, str]:
    """The lanes of a case that some people are named for; of who is named for none, their offices."""
    if not others:
        return {}
    lanes = sa.select(Staffing.person_id, Staffing.lane).where(Staffing.instance_id == case)
    roles = sa.select(Appointment.person_id, Role.name).join(Role, Role.key == Appointment.role_key)
    found = _joined(session.execute(roles.where(Appointment.person_id.in_(others))))
    return found | _joined(session.execute(lanes.where(Staffing.person_id.in_(others))))


def _joined(rows: Iterable[Any]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for person, words in rows:
        found.setdefault(person, set()).add(words)
    return {person: ", ".join(sorted(words)) for person, words in found.items()}


def _works_in(session: Session, who: Actor, instance: Instance) -> bool:
    """Whether somebody works in a case by a role, or because it names them."""
    mine = sa.or_(WorkItem.pool.in_(who.pools.union(who.aided)), WorkItem.closed_by == who.id)
    return bool(session.scalar(sa.select(sa.exists().where(WorkItem.instance_id == instance.id, mine))))


def _outside(session: Session, seen: Sight, instance: Instance, found: Library) -> Sight:
    named = sa.select(Staffing).where(Staffing.instance_id == instance.id, Staffing.person_id == seen.who.id)
    namings = list(session.scalars(named))
    stands = WorkItem.instance_id == instance.id, WorkItem.status != ItemStatus.RECALLED  # that never came to anybody
    every = session.execute(ITEM.where(*stands)).all()
    mine = [row for row in every if _is_theirs(row, seen.who, namings)]
    nodes = [library.node(session, instance, row.element) for row in mine]
    return replace(
        seen,
        items=frozenset(row.id for row in mine),
        namings={row.id: tuple(one for one in namings if one.lane == row.lane) for row in mine},
        keys=frozenset(_keys(nodes, found.forms)),
        lines=frozenset(one.name for node in nodes for one in node.requirements if not one.upload),
        mates=frozenset(one for row in mine for one in (row.closed_by, row.holder) if one),
    )


def _is_theirs(item: Any, who: Actor, namings: Iterable[Staffing]) -> bool:
    """Whether a step is an outsider's own: done by them, of their role's pool, or of a lane in the days that they were
    named for it. What was done on the first day or before it was another's: perhaps a competitor's."""
    if item.closed_by == who.id or item.pool in who.roles:
        return True
    begun, over = today(item.opened_at), today(item.closed_at) if item.status != ItemStatus.OPEN else None
    return any(one.lane == item.lane and _meets(one, begun, over) for one in namings)


def _meets(naming: Staffing, begun: date, over: date | None) -> bool:
    if over is None:
        return naming.begins <= today() and (naming.ends is None or today() <= naming.ends)
    return naming.begins < over and (naming.ends is None or begun <= naming.ends)


def _covers(naming: Staffing, day: date) -> bool:
    return naming.begins < day and (naming.ends is None or day <= naming.ends)


def _keys(nodes: Iterable[Node], forms: Mapping[str, Form]) -> Iterator[str]:
    return (field.key for node in nodes if node.form for field in forms[node.form].fields)
