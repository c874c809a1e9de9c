"""The sets that are deployed: which one a new case takes, and the models and forms inside one. Sets never change."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from engine import definition, dmn, forms
from engine.definition import Definition, Node, found_at
from engine.dmn import Decision
from engine.errors import NotFound
from engine.forms import Form
from engine.model import Deployment, Entry, Instance

MOST_SETS = 32  # kept in the process


@dataclass(frozen=True)
class Library:
    """One deployed set, read."""

    processes: dict[str, Definition]
    forms: dict[str, Form]
    decisions: dict[str, Decision]
    models: dict[str, bytes]  # process key -> the BPMN file it stands in


_read: OrderedDict[str, Library] = OrderedDict()
_lock = Lock()


def latest(session: Session) -> Deployment | None:
    """The newest set, in force or not yet."""
    return session.scalars(sa.select(Deployment).order_by(Deployment.id.desc()).limit(1)).one_or_none()


def in_force(session: Session, at: datetime) -> Deployment | None:
    """The set that a case starting at an instant takes."""
    query = sa.select(Deployment).where(Deployment.effective_from <= at)
    return session.scalars(query.order_by(Deployment.effective_from.desc(), Deployment.id.desc()).limit(1)).first()


def entry(deployment: Deployment | None, key: str) -> Entry:
    """The process of a set. Raises NotFound."""
    found = next((e for e in deployment.entries if e.kind == "process" and e.key == key), None) if deployment else None
    if found is None:
        raise NotFound("Tidak ada proses {key} yang berlaku.", key=key)
    return found


def library(session: Session, digest: str) -> Library:
    """The set with this digest, read once a process."""
    with _lock:
        if digest in _read:
            _read.move_to_end(digest)
            return _read[digest]
    found = _load(session, digest)
    with _lock:
        _read[digest] = found
        while len(_read) > MOST_SETS:
            _read.popitem(last=False)
    return found


def of(session: Session, instance: Instance) -> tuple[Definition, Library]:
    """The model of an instance, and the set it belongs to for life."""
    found = library(session, instance.digest)
    return found.processes[instance.key], found


def node(session: Session, instance: Instance, element: str) -> Node:
    """The element of a model behind a name of the door, inside the set the instance belongs to."""
    definition_, found = of(session, instance)
    return found_at(element, definition_, found.processes)


def timed(definition: Definition, found: Library, element: str) -> Node | None:
    """What a time limit is about, by its step or its timer as the door calls it: a step or a part; None: the whole
    case."""
    key, _, name = element.rpartition("|")
    home = found.processes[key] if key else definition
    node = home.nodes[name]
    return None if not key and node == home.limit() else home.nodes.get(node.attached_to or "", node)


def _load(session: Session, digest: str) -> Library:
    first = sa.select(sa.func.min(Deployment.id)).where(Deployment.digest == digest).scalar_subquery()
    query = sa.select(Entry).where(Entry.deployment_id == first).options(joinedload(Entry.resource))
    entries = list(session.scalars(query))
    models = {e.key: e.resource.content for e in entries if e.kind == "process"}
    return Library(
        processes={
            e.key: next(d for d in definition.read(e.resource.content, e.file) if d.key == e.key)
            for e in entries
            if e.kind == "process"
        },
        decisions={
            e.key: next(d for d in dmn.read(e.resource.content, e.file) if d.key == e.key)
            for e in entries
            if e.kind == "decision"
        },
        forms={e.key: forms.load(e.resource.content, e.file) for e in entries if e.kind == "form"},
        models=models,
    )
