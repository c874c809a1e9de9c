"""The page of one case: where it stands and what is missing, its diagram, what happened, its documents and values."""

from dataclasses import dataclass
from typing import Any

from flask import render_template

from engine import cases, documents, forms, history, library, people, readings, replay, sla, values
from engine.definition import Definition
from engine.library import Library
from engine.model import Document, HistoryEvent, Instance, ItemStatus, Kind, Status, Timer, WorkItem
from engine.people import Actor, Sight
from engine.values import Value
from webapp import picture, reads, story, telling, tracking, words
from webapp.store import db

FACTS = ("pemenang_nama", "nilai_kontrak", "nilai_hps", "tahun_anggaran")  # variables that the head of the page shows
LAST = 8  # events on the page


@dataclass(frozen=True)
class Open:
    """One open step: on whose desk it lies since when, until when, and which documents it still lacks."""

    item: WorkItem
    holder: str  # name, or ""
    role: str
    people: tuple[str, ...]  # who may take it
    deadline: words.Deadline
    asks: bool  # for documents
    missing: tuple[str, ...]
    mine: bool


@dataclass(frozen=True)
class Limit:
    """The time limit of a whole case, or of a part of it."""

    name: str
    timer: Timer
    deadline: words.Deadline


def page(instance: Instance, who: Actor, reason: str = "", wrong: dict[str, str] | None = None) -> str:
    """The page of a case that this person may see."""
    session = db.session()
    definition, found = library.of(session, instance)
    seen, files = people.sight(session, who, instance), documents.of_instance(session, instance.id)
    opened, facts = _opened(instance, files, seen), _facts(values.decode(instance.variables), found, seen)
    past = _past(instance, definition, found, files, opened, seen)
    page = render_template(
        "case.html",
        case=instance,
        state=story.status_stamp(instance.status),
        process=definition,
        opened=opened,
        limits=_limits(instance, definition, found),
        seen=seen,
        facts=[(label, text) for label, text in facts.values()],
        files=[one for one in files if seen.whole or seen.document(one)],
        last=LAST,
        may_cancel=instance.status == Status.RUNNING and cases.may_cancel(who),
        messages=cases.awaited(session, instance, who),
        message_name=telling.message_name,
        reason=reason,
        wrong=wrong or {},
        code=(code := tracking.code_of(instance)),
        handed=tracking.text_of(instance, code),
        may_see_readers=readings.may_list(who),
        **past,
    )
    shown = {key for one in past["entered"] for key in one.personal} | facts.keys() & seen.tagged
    return reads.recorded(page, instance.id, shown)


def _past(
    instance: Instance, definition: Definition, found: Library, files: list[Document], opened: list[Open], seen: Sight
) -> dict[str, Any]:
    """What the page says from the history: the drawing, the events, what was filled in, whether the chain holds."""
    session = db.session()
    events, openings = history.events(session, instance.id), history.openings(session, instance.id)
    names = people.known_names(session, seen, _people(instance, events) | {one.uploaded_by for one in files})
    book = telling.Book(definition, found, seen)
    lines = story.lines(events, names, book)
    moment = replay.fold(events, openings)
    return {
        "names": names,
        "starter": names.get(instance.started_by, instance.started_by),
        "lines": lines,
        "entered": _entered(events, lines, openings, book),
        "picture": picture.of_case(found.models[instance.key], moment, opened, instance.number),
        "broken": history.verify_one(session, instance),
    }


def _people(instance: Instance, events: list[HistoryEvent]) -> set[str]:
    return story.persons(events) | {instance.started_by}


def _opened(instance: Instance, files: list[Document], seen: Sight) -> list[Open]:
    session = db.session()
    items = cases.open_items(session, [instance.id])[instance.id]
    names = people.known_names(session, seen, {item.holder for item in items if item.holder})
    roles = people.role_names(session)
    found = []
    for item in items:
        node = library.node(session, instance, item.element)
        lacking = documents.missing(node, [one for one in files if one.work_item_id == item.id])
        found.append(
            Open(
                item=item,
                holder=names.get(item.holder or "", ""),
                role=roles.get(item.role or "", ""),
                people=_pool(item) if seen.whole else (),
                deadline=words.deadline(item),
                asks=any(one.upload for one in node.requirements),
                missing=tuple(dict(error.values)["name"] for error in lacking),
                mine=item.status == ItemStatus.OPEN and people.may_prepare(seen.who, item),
            )
        )
    return found


def _pool(item: WorkItem) -> tuple[str, ...]:
    return tuple(one.name for one in people.named(db.session(), item.pool)) if item.pool else ()


def _limits(instance: Instance, definition: Definition, found: Library) -> list[Limit]:
    book = telling.Book(definition, found)
    return [
        Limit(telling.timed(timer.element, book), timer, words.limit(timer, warn, instance))
        for timer, warn in sla.limits(db.session(), instance)
    ]


def _facts(variables: dict[str, Value], found: Library, seen: Sight) -> dict[str, tuple[str, str]]:
    """The few values that say which case this is, by their fields, under the labels of their forms."""
    fields = {field.key: field for form in found.forms.values() for field in form.fields}
    known = [key for key in FACTS if variables.get(key) is not None and key in fields and seen.value(key)]
    return {key: (fields[key].label, forms.text(fields[key], variables[key])) for key in known}


def _entered(
    events: list[HistoryEvent], told: list[story.Line], openings: dict[int, dict[str, Value]], book: telling.Book
) -> list[story.Entered]:
    rows = [
        story.entered(event, line, openings[event.seq], book)
        for event, line in zip(events, told, strict=True)
        if event.seq in openings and event.kind != Kind.COMMENT_MADE  # they have a place of their own
    ]
    return [row for row in rows if row.values]
