"""Deploying: some files make a new immutable set, the one in force with those files replaced; all of it or nothing."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, definition, dmn, forms, history, library, lint, people, starts
from engine.errors import AlreadyDone, Conflict, Problem, Rejected
from engine.model import Deployment, Entry, HistoryEvent, Kind, Resource, System


@dataclass(frozen=True)
class Deployed:
    """One key of a deployment."""

    key: str
    version: int
    file: str
    new: bool


@dataclass(frozen=True)
class Item:
    """One process or form of the files to deploy."""

    kind: str
    key: str
    file: str
    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def deploy(
    session: Session,
    files: Mapping[str, bytes],
    by: str,
    effective_from: datetime | None = None,
    request: str | None = None,
    base: tuple[str, str] | None = None,
) -> tuple[list[Deployed], list[Problem]]:
    """Deploy models and forms. What was deployed, and the warnings. Raises Rejected with every problem.

    A repeated `request` key gets the answer of the first. Raises Conflict if it brings other files. `base` is the
    process and version that was drawn anew: raises AlreadyDone if somebody has published another one meanwhile.
    """
    history.system(session)  # one deployment at a time
    current, problems = library.latest(session), review(session, files)
    if any(problem.severity == "error" for problem in problems):
        raise Rejected(problems)
    items, before = read(files), {(e.kind, e.key): e for e in current.entries} if current else {}
    numbers = {(i.kind, i.key): _version(session, i, before.get((i.kind, i.key))) for i in items}
    done = [Deployed(i.key, numbers[i.kind, i.key][0], i.file, numbers[i.kind, i.key][1]) for i in items]
    if event := history.answered(session, request, Kind.DEPLOYED, by):
        return _again(items, event), problems
    if base is not None:
        _must_be_newest(session, *base)
    if any(entry.new for entry in done) or effective_from:
        _store(session, items, numbers, before, by, effective_from or clock.business(), request)
    return done, problems


def review(session: Session, files: Mapping[str, bytes]) -> list[Problem]:
    """Everything that can be said of some files before they are deployed, errors and warnings. Stores nothing."""
    current = library.latest(session)
    entries = current.entries if current else []
    known = [{e.key for e in entries if e.kind == kind} for kind in ("form", "process", "decision")]
    return [*lint.check(files, *known), *_lanes_without_role(session, files)]


def read(files: Mapping[str, bytes]) -> list[Item]:
    """The processes and forms in some files that lint has accepted."""
    items = []
    for file, content in sorted(files.items()):
        if file.endswith(".json"):
            items.append(Item("form", forms.load(content, file).key, file, "", content))
        elif file.endswith(".dmn"):
            items += [Item("decision", d.key, file, d.name, content) for d in dmn.read(content, file)]
        else:
            found = [d for d in definition.read(content, file) if d.executable]
            items += [Item("process", d.key, file, d.name, content) for d in found]
    return items


def processes(session: Session) -> list[Entry]:
    """The processes of the newest set."""
    current = library.latest(session)
    return sorted((e for e in current.entries if e.kind == "process"), key=lambda e: e.key) if current else []


def versions(session: Session, key: str) -> list[Entry]:
    """Every version of a process, the newest first, by the first set that has it."""
    query = sa.select(Entry).where(Entry.kind == "process", Entry.key == key).order_by(Entry.deployment_id)
    first = {entry.version: entry for entry in reversed(session.scalars(query).all())}
    return [first[version] for version in sorted(first, reverse=True)]


def _version(session: Session, item: Item, before: Entry | None) -> tuple[int, bool]:
    """(version, whether it is new): version n of a key counts its different contents."""
    if before is not None and before.sha256 == item.sha256:
        return before.version, False
    same = sa.select(Entry.version).where(Entry.kind == item.kind, Entry.key == item.key)
    if (known := session.scalars(same.where(Entry.sha256 == item.sha256).limit(1)).first()) is not None:
        return known, True
    return (session.scalar(sa.select(sa.func.max(same.subquery().c.version))) or 0) + 1, True


def _store(
    session: Session,
    items: list[Item],
    numbers: Mapping[tuple[str, str], tuple[int, bool]],
    before: Mapping[tuple[str, str], Entry],
    by: str,
    effective_from: datetime,
    request: str | None,
) -> None:
    entries = {key: _copy(entry) for key, entry in before.items()}
    for item in items:
        if session.get(Resource, item.sha256) is None:
            session.add(Resource(sha256=item.sha256, content=item.content))
        place = {"kind": item.kind, "key": item.key, "file": item.file, "name": item.name}
        entries[item.kind, item.key] = Entry(**place, version=numbers[item.kind, item.key][0], sha256=item.sha256)
    rows = [entries[key] for key in sorted(entries)]
    digest = hashlib.sha256("".join(f"{e.kind}\0{e.key}\0{e.sha256}\n" for e in rows).encode()).hexdigest()
    deployment = Deployment(at=clock.business(), effective_from=effective_from, by=by, digest=digest, entries=rows)
    session.add(deployment)
    session.flush()
    told = [_told(entry, numbers.get((entry.kind, entry.key), (0, False))[1]) for entry in rows]
    body = {"deployment": deployment.id, "effective_from": effective_from.isoformat(), "entries": told}
    history.append(session, session.get_one(System, 1), Kind.DEPLOYED, by, body, request=request)
    for item in items:
        if item.kind == "process" and numbers[item.kind, item.key][1]:
            [process] = [d for d in definition.read(item.content, item.file) if d.key == item.key]
            starts.arm(session, process, effective_from)


def _must_be_newest(session: Session, key: str, version: str) -> None:
    newest = versions(session, key)[:1]
    if newest and str(newest[0].version) != version:
        made = newest[0].deployment
        text = "Versi baru model ini sudah diterbitkan oleh {who} pukul {at}. Unduh gambar Anda, lalu buka versi itu."
        raise AlreadyDone(text, **people.house_deed(session, made.by, made.at))


def _told(entry: Entry, new: bool) -> dict[str, Any]:
    return {"kind": entry.kind, "key": entry.key, "version": entry.version, "sha256": entry.sha256, "new": new}


def _again(items: list[Item], event: HistoryEvent) -> list[Deployed]:
    """What a deployment was answered with. Raises Conflict if these are not its files."""
    told = {(one["kind"], one["key"], one["sha256"]): one for one in event.body["entries"]}
    if not {(i.kind, i.key, i.sha256) for i in items} <= told.keys():
        raise Conflict(history.OTHER_KEY)
    found = [(i, told[i.kind, i.key, i.sha256]) for i in items]
    return [Deployed(i.key, one["version"], i.file, one["new"]) for i, one in found]


def _copy(entry: Entry) -> Entry:
    names = ("kind", "key", "version", "file", "name", "sha256")
    return Entry(**{name: getattr(entry, name) for name in names})


def _lanes_without_role(session: Session, files: Mapping[str, bytes]) -> list[Problem]:
    """A warning for each lane that no role works in yet: its work items would reach nobody."""
    problems = []
    for file, content in files.items():
        if not file.endswith(".bpmn"):
            continue
        try:
            found = definition.read(content, file)
        except Rejected:
            continue  # lint has said so
        for process in found:
            known = people.lane_roles(session, process.key)
            text = "Lajur {lane} belum punya peran: tugasnya hanya terlihat oleh operator."
            lanes = [lane for lane in process.lanes if lane not in known]
            problems += [Problem(file, lane, "lane-role", "warning", text.format(lane=lane)) for lane in lanes]
    return problems
