"""The inbox and the page of one step: for people who work in a lane."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import clock, documents, handing, people, sla, tasks
from engine.model import Instance, WorkItem
from engine.people import today
from engine.tasks import Only
from engine.transaction import transaction
from webapp import onpaper, reads, steps, words
from webapp.auth import actor
from webapp.security import key
from webapp.store import database, db
from webapp.words import say

bp = Blueprint("inbox", __name__)
MOST = 200  # rows of one page
VIEWS = {
    "peran": Only.ALL,
    "saya": Only.HELD,
    "diserahkan": Only.HANDED,
    "terlambat": Only.LATE,
    "disiapkan": Only.AIDED,
    "selesai": None,
}


@dataclass(frozen=True)
class Row:
    """One work item as the inbox shows it."""

    item: WorkItem
    deadline: words.Deadline
    have: int
    need: int
    holder: str  # name, or ""
    handed_by: str  # name, or ""
    prepared_by: str  # name, or ""


@bp.app_context_processor
def _standing() -> dict[str, Any]:
    return {"inbox_counts": _counts}


def _counts() -> tasks.Counts:
    """How much waits for whoever asks; asked of the database once a page."""
    if "counts" not in g:
        g.counts = tasks.counts(db.session(), actor())
    found: tasks.Counts = g.counts
    return found


@bp.get("/")
def index() -> str:
    """The inbox: what waits for my roles, what I hold, what is late, what I have done."""
    who, search, since = actor(), request.args.get("q", "").strip()[:100], clock.business()
    first = "disiapkan" if who.aided and not who.pools else "peran"
    view = request.args.get("lihat", first)
    view = view if view in VIEWS else first
    if (only := VIEWS[view]) is None:
        found = list(db.session().scalars(tasks.done_by(who, search).limit(MOST + 1)))
    else:
        found = tasks.inbox(db.session(), who, search, only, MOST + 1)
    rows = _rows(found[:MOST])
    groups = _groups(rows) if view != "selesai" else [("", rows)]
    given = {"groups": groups, "view": view, "search": search, "shown": len(rows), "more": len(found) > MOST}
    given["colleagues"] = _colleagues(found[:MOST]) if view in ("saya", "diserahkan") else {}
    given["since"] = since  # before what is listed was read
    given["proposals"] = len(sla.waiting(db.session(), who))
    return render_template("inbox.html", counts=_counts(), who=who, **given)


@bp.get("/tugas/<item_id>")
def task(item_id: str) -> str:
    """One step: its form, what must be there, when it is due and why."""
    return steps.page(item_id, actor())


@bp.post("/tugas/<item_id>")
def submit(item_id: str) -> Any:
    """Store the files, then keep the draft or complete the step."""
    return steps.submit(item_id, actor())


@bp.get("/tugas/<item_id>/tanda-terima")
def receipt(item_id: str) -> str:
    """The receipt of a completed step."""
    who = actor()
    item = tasks.find(db.session(), item_id)
    found = tasks.receipt(db.session(), who, item_id)
    name = people.names(db.session(), {item.closed_by or ""}).get(item.closed_by or "", "")
    more = next(iter(tasks.inbox(db.session(), who, most=1)), None)
    paper = onpaper.words(found.happened, found.due, item.closed_at) if item.closed_at else None
    seen = people.sight(db.session(), who, item.instance)
    given = {"paper": paper, "receipt": found, "item": item, "name": name, "more": more, "seen": seen}
    return render_template("task_receipt.html", **given)


@bp.post("/tugas/<item_id>/ambil")
def claim(item_id: str) -> Response:
    """Take a work item."""
    who = actor()
    with transaction(db.session()) as session:
        tasks.claim(session, item_id, who, key())
    flash(say("Tugas ini sekarang Anda pegang."))
    return redirect(url_for("inbox.task", item_id=item_id))


@bp.post("/tugas/<item_id>/lepas")
def release(item_id: str) -> Response:
    """Give a work item back to its role."""
    who = actor()
    with transaction(db.session()) as session:
        tasks.release(session, item_id, who, key())
    flash(say("Tugas dilepas. Rekan seperan Anda dapat mengambilnya."))
    return redirect(url_for("inbox.index"))


@bp.post("/tugas/<item_id>/serahkan")
def hand(item_id: str) -> Response:
    """Give a work item to a colleague, with an instruction."""
    who, to = actor(), request.form.get("kepada", "")
    with transaction(db.session()) as session:
        handing.hand(session, item_id, who, to, request.form.get("disposisi", ""), key())
        name = people.names(session, {to})[to]
    flash(say("Tugas diserahkan kepada {name}.", name=name))
    return redirect(url_for("inbox.index"))


@bp.get("/dokumen/<document_id>")
def document(document_id: str) -> Response:
    """An uploaded file, always as a download."""
    found = documents.find(db.session(), actor(), document_id)
    answer = steps.download(found, database().store)
    return reads.recorded(answer, found.instance_id, [found.sha256], found.id)


def _rows(items: list[WorkItem]) -> list[Row]:
    session = db.session()
    there = documents.uploaded(session, [item.id for item in items])
    names = _names(items)
    rows = []
    for item in items:
        node, _ = tasks.node_and_form(session, item)
        wanted = {one.name for one in node.requirements if one.upload}
        have = len(wanted & there[item.id])
        known = names[item.instance_id]
        named = (known.get(one or "", "") for one in (item.holder, item.handed_by, item.prepared_by))
        rows.append(Row(item, words.deadline(item), have, len(wanted), *named))
    return rows


def _names(items: list[WorkItem]) -> dict[str, dict[str, str]]:
    """What their reader calls the people of some work items, by case."""
    session, who, whom = db.session(), actor(), dict[Instance, set[str]]()
    for item in items:
        found = {one for one in (item.holder, item.handed_by, item.prepared_by) if one}
        whom[item.instance] = whom.get(item.instance, set()) | found
    if not people.is_outside(who):
        return dict.fromkeys((one.id for one in whom), people.names(session, set().union(*whom.values())))
    return {one.id: people.known_names(session, people.sight(session, who, one), ids) for one, ids in whom.items()}


def _colleagues(items: list[WorkItem]) -> dict[str, str]:
    """To whom any of some work items can be handed."""
    firsts = {item.pool: item for item in items}.values()
    found = {one.id: one.name for item in firsts for one in handing.receivers(db.session(), actor(), item)}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def _groups(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """The rows under what their due date means to a person, in that order; no empty group."""
    now = clock.business()
    day = today(now)
    sunday = day + timedelta(days=6 - day.weekday())
    late, this_day = say("Terlambat"), say("Hari ini, {day}", day=words.day(now))
    this_week, later = say("Minggu ini"), say("Nanti")
    groups: dict[str, list[Row]] = {late: [], this_day: [], this_week: [], later: []}
    for row in rows:
        due = row.item.due_at
        if due is None or today(due) > sunday:
            groups[later].append(row)
        elif due < now:
            groups[late].append(row)
        else:
            groups[this_day if today(due) == day else this_week].append(row)
    return [(title, found) for title, found in groups.items() if found]
