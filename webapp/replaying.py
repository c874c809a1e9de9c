"""The page that plays a case's history again, event by event, from nothing but the history."""

from flask import render_template

from engine import comments, history, library, people, replay
from engine.errors import NotFound
from engine.model import HistoryEvent, Instance, Kind, WorkItem
from engine.people import Actor
from engine.values import Value
from webapp import picture, story, telling
from webapp.store import db
from webapp.words import say

MOST_DIGITS = 9


def page(instance: Instance, who: Actor, asked: str | None) -> str:
    """The case right after its event `asked` (the last, if None). Raises NotFound for an event that is not there."""
    session = db.session()
    events, openings = history.events(session, instance.id), history.openings(session, instance.id)
    at = position(asked, len(events))
    definition, found = library.of(session, instance)
    moment = replay.fold(events[:at], openings)
    names = people.names(session, story.persons(events) | _holders(moment))
    book = telling.Book(definition, found, people.may_read_personal(who))
    told = story.lines(events, names, book)
    event, line = events[at - 1], told[at - 1]
    return render_template(
        "replay.html",
        case=instance,
        process=definition,
        at=at,
        count=len(events),
        line=line,
        lines=told,
        alarm=next((one.seq for one in told[at:] if one.alarm), None),
        moment=moment,
        state=story.status_stamp(moment.status),
        names=names,
        event=event,
        changed=_changed(event, line, openings, book) if _may_read(event, who) else (),
        known=sum(1 for seq in openings if seq <= at),
        picture=picture.of_moment(found.models[instance.key], moment, names, _title(instance, at)),
        roles=people.role_names(session),
    )


def position(asked: str | None, count: int) -> int:
    """The event that is asked for, from 1 to count. Raises NotFound for anything else."""
    if asked is None or asked == "":
        return count
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= MOST_DIGITS else 0
    if not 1 <= wanted <= count:
        text = "Riwayat berkas ini tidak memuat peristiwa {n}; ada {count} peristiwa."
        raise NotFound(text, n=asked[:20], count=str(count))
    return wanted


def _holders(moment: replay.Moment) -> set[str]:
    return {item.holder for item in moment.open.values() if item.holder}


def _changed(
    event: HistoryEvent, line: story.Line, openings: dict[int, dict[str, Value]], book: telling.Book
) -> tuple[tuple[str, str], ...]:
    opening = openings.get(event.seq)
    return story.entered(event, line, opening, book).values if opening else ()


def _may_read(event: HistoryEvent, who: Actor) -> bool:
    """Not everybody who sees a case reads the comments of every step."""
    session = db.session()
    return event.kind != Kind.COMMENT_MADE or bool(
        comments.readable(session, who, [session.get_one(WorkItem, event.body["item"])])
    )


def _title(instance: Instance, at: int) -> str:
    return say("Diagram berkas {number} pada peristiwa {n}", number=instance.number, n=at)
