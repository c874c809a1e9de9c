"""The only writer of history events: one event a step, in the transaction of what it tells, chained by its hash."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, table, values
from engine.errors import Conflict
from engine.model import HistoryEvent, Instance, Kind, Opening, System, WorkItem
from engine.model.evidence import HISTORY, READING, SHOWN, triggers
from engine.transaction import alone, lock
from engine.values import Value

SYSTEM = "system"  # the actor of what nobody asked for, and the chain of what happened to no case
FORMAT = 1
KEY = re.compile(r"[\w-]{16,64}", re.ASCII)  # of a request; what is sent under it adds to it, up to the column's 80
REASON = ":alasan"  # under which an event keeps why; no form's field is called so
QUIET = frozenset({Kind.HOLD_PLACED, Kind.HOLD_LIFTED})  # change nothing that the last step could be undone without
OTHER_KEY = "Kunci permintaan ini sudah dipakai untuk hal lain. Muat ulang halamannya, lalu coba lagi."


@dataclass(frozen=True)
class Broken:
    """The first event of a chain that does not hold, and why."""

    instance: str
    seq: int
    why: str


def append(
    session: Session,
    chain: Instance | System,
    kind: Kind,
    actor: str,
    body: Mapping[str, Any] | None = None,
    fields: Mapping[str, Value] | None = None,
    changes: Mapping[str, Any] | None = None,
    **columns: Any,
) -> HistoryEvent:
    """Add one event to the chain of an instance. `fields` are values that stay outside the chain, behind one root;
    `changes` are columns of the instance, written with the head of its chain. Raises Conflict."""
    opening = {name: [secrets.token_hex(16), values.encode(value)] for name, value in (fields or {}).items()}
    event = HistoryEvent(
        instance_id=chain_id(chain),
        seq=chain.events + 1,
        kind=kind,
        at=clock.business(),
        actor=actor,
        body=dict(body or {}),
        root=root(opening) if opening else "",
        prev=chain.head,
        **columns,
    )
    event.hash = digest(event)
    useless = {"undo": None} if isinstance(chain, Instance) and kind not in QUIET else {}
    table.change(session, chain, **useless | dict(changes or {}), events=event.seq, head=event.hash)
    table.insert(session, [event])
    if opening:
        table.insert(session, [Opening(instance_id=event.instance_id, seq=event.seq, fields=opening)])
    return event


def tell(
    session: Session,
    item: WorkItem,
    kind: Kind,
    by: str,
    body: Mapping[str, Any] | None = None,
    fields: Mapping[str, Value] | None = None,
    request: str | None = None,
    changes: Mapping[str, Any] | None = None,
) -> HistoryEvent:
    """Add one event about a work item to the chain of its case, at its element and round. Raises Conflict."""
    place: dict[str, Any] = {"element": item.element, "round": item.round, "request": request}
    return append(session, item.instance, kind, by, {"item": item.id, **(body or {})}, fields, changes, **place)


def written(name: str, scope: str = "") -> str:
    """The field under which an event keeps what the model itself wrote; no form field can have this name."""
    return f"={name}@{scope}" if scope else f"={name}"


def aside(name: str) -> str:
    """The field under which an event keeps what is said of it and is no variable: a reason, the basis of a date."""
    return f":{name}"


def is_aside(field: str) -> bool:
    """Whether a field of an event is said of it, and about no variable."""
    return field.startswith(":")


def reason(fields: Mapping[str, Any]) -> Any:
    """What an event keeps as its reason, if it does: once under the plain name, which a form may have too."""
    return fields.get(REASON, fields.get(about(REASON)))


def about(field: str) -> str:
    """The variable that a field of an event is about, whoever wrote it; or what is said aside of the event."""
    return field.lstrip("=:").partition("@")[0]


def system(session: Session) -> System:
    """The row whose chain tells what happened to no case, locked: who asks next waits."""
    return session.scalars(lock(sa.select(System), session)).one()


def chain_id(chain: Instance | System) -> str:
    """The id under which the events of a chain stand."""
    return chain.id if isinstance(chain, Instance) else SYSTEM


def digest(event: HistoryEvent) -> str:
    """The hash of an event: SHA-256 over a zero byte (RFC 9162's leaf) and the canonical JSON of what it says."""
    envelope = {
        "v": FORMAT,
        "instance": event.instance_id,
        "seq": event.seq,
        "prev": event.prev,
        "kind": str(event.kind),
        "at": event.at.isoformat(),
        "actor": event.actor,
        "element": event.element,
        "round": event.round,
        "body": event.body,
        "root": event.root,
    }
    return hashlib.sha256(b"\0" + values.canonical(envelope)).hexdigest()


def root(opening: Mapping[str, Any]) -> str:
    """One hash over the sorted commitments of an event's field values; an erased field has left its commitment."""
    commitments = sorted(
        field["erased"] if isinstance(field, dict) else commitment(name, *field) for name, field in opening.items()
    )
    return hashlib.sha256("".join(commitments).encode()).hexdigest()


def commitment(name: str, salt: str, value: Any) -> str:
    """The salted commitment of one field value."""
    return hmac.new(bytes.fromhex(salt), values.canonical({"f": name, "v": value}), hashlib.sha256).hexdigest()


def events(session: Session, instance: str) -> list[HistoryEvent]:
    """The events of an instance, oldest first."""
    query = sa.select(HistoryEvent).where(HistoryEvent.instance_id == instance).order_by(HistoryEvent.seq)
    return list(session.scalars(query))


def last(session: Session, instance: str, but: Iterable[Kind] = ()) -> datetime:
    """When something happened to an instance last, other than what is of some kinds."""
    others = HistoryEvent.instance_id == instance, HistoryEvent.kind.not_in(list(but))
    return session.execute(sa.select(sa.func.max(HistoryEvent.at)).where(*others)).scalar_one()


def openings(session: Session, instance: str) -> dict[int, dict[str, Value]]:
    """The field values of an instance's events that have not been erased, by event."""
    rows = session.scalars(sa.select(Opening).where(Opening.instance_id == instance))
    return {row.seq: _kept(row) for row in rows}


def told(session: Session, instance: str, *kinds: Kind) -> Iterator[tuple[HistoryEvent, dict[str, Value]]]:
    """The events of these kinds, oldest first, each with its field values that have not been erased."""
    at = sa.and_(Opening.instance_id == HistoryEvent.instance_id, Opening.seq == HistoryEvent.seq)
    query = sa.select(HistoryEvent, Opening).outerjoin(Opening, at).where(HistoryEvent.instance_id == instance)
    for event, opening in session.execute(query.where(HistoryEvent.kind.in_(kinds)).order_by(HistoryEvent.seq)):
        yield event, _kept(opening) if opening else {}


def answered(
    session: Session, request: str | None, kind: Kind | tuple[Kind, ...], who: str, **about: Any
) -> HistoryEvent | None:
    """The event that this idempotency key has caused already, or causes now: then its answer is waited for. `about` is
    what its body says of the same command.

    Raises Conflict if the key belongs to another command, or to somebody else's.
    """
    if request is None:
        return None
    alone(session, request)
    event = session.scalars(sa.select(HistoryEvent).where(HistoryEvent.request == request)).one_or_none()
    if event is None:
        return None
    told = {"instance": event.instance_id, **event.body}
    kinds = kind if isinstance(kind, tuple) else (kind,)
    if event.kind not in kinds or event.actor != who or any(told.get(name) != value for name, value in about.items()):
        raise Conflict(OTHER_KEY)
    return event


def standing(found: Iterable[HistoryEvent]) -> list[HistoryEvent]:
    """Events of a case without the steps that were taken back."""
    every = list(found)
    undone = {event.body["undone"] for event in every if event.kind == Kind.ITEM_RECALLED}
    return [event for event in every if event.seq not in undone]


def closing(session: Session, instance: str, item: str) -> HistoryEvent:
    """The event that closed a work item."""
    return next(event for event in reversed(events(session, instance)) if item in event.body.get("closed", ()))


def ending(session: Session, instance: str) -> HistoryEvent:
    """The event that ended a case."""
    return next(event for event in reversed(events(session, instance)) if "ended" in event.body)


def verify(session: Session) -> Iterator[Broken]:
    """The first broken event of every chain that does not hold; nothing if all is well."""
    if missing := missing_triggers(session):
        yield Broken(SYSTEM, 0, f"Pemicu pelindung riwayat tidak ada: {', '.join(missing)}.")
    heads = dict(session.execute(sa.select(Instance.id, Instance.head)).all())
    if head := session.scalar(sa.select(System.head)):
        heads[SYSTEM] = head
    for instance in heads.keys() | set(session.scalars(sa.select(HistoryEvent.instance_id).distinct())):
        if broken := _verify_chain(session, instance, heads.get(instance)):
            yield broken


def verify_one(session: Session, instance: Instance) -> Broken | None:
    """The first broken event of the chain of one case, or None."""
    return _verify_chain(session, instance.id, instance.head)


def missing_triggers(session: Session) -> list[str]:
    """The names of the triggers that protect the history, and who read what, and are not there or do not say what they
    must."""
    dialect = session.get_bind().dialect.name
    found = {row.name: row.sql for row in session.execute(sa.text(SHOWN[dialect]))}
    wanted = triggers(HISTORY)[dialect] | triggers(READING)[dialect]
    return [name for name, text in wanted.items() if found.get(name) != text]


def _kept(opening: Opening) -> dict[str, Value]:
    return {name: values.decode(told[1]) for name, told in opening.fields.items() if isinstance(told, list)}


def _verify_chain(session: Session, instance: str, head: str | None) -> Broken | None:
    opened = {row.seq: row.fields for row in session.scalars(sa.select(Opening).where(Opening.instance_id == instance))}
    prev, seq = "", 0
    for event in events(session, instance):
        seq += 1
        if event.seq != seq:
            return Broken(instance, seq, f"Peristiwa {seq} hilang.")
        if event.prev != prev or event.hash != digest(event):
            return Broken(instance, seq, "Sidik peristiwa tidak cocok dengan isinya.")
        if event.root and seq in opened and root(opened[seq]) != event.root:
            return Broken(instance, seq, "Isian yang tersimpan tidak cocok dengan ikatan di peristiwa.")
        prev = event.hash
    return Broken(instance, seq, "Kepala rantai tidak cocok: peristiwa terakhir hilang.") if head != prev else None


def as_json(event: HistoryEvent, fields: Mapping[str, Value] | None = None) -> dict[str, Any]:
    """An event for `--json` and for exports."""
    names = ("seq", "kind", "actor", "element", "round", "body", "root", "prev", "hash")
    data = {name: getattr(event, name) for name in names}
    return data | {"at": event.at, "fields": dict(fields or {})}
