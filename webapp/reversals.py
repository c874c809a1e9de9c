"""Going back, as pages: a step returned through a way of its model, and a submission taken back by its sender."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from engine import library, people, reversals, tasks
from engine.definition import Node
from engine.errors import BadValue
from engine.model import Instance, Kind, WorkItem
from engine.people import Actor, Sight
from engine.transaction import transaction
from webapp import words
from webapp.auth import actor
from webapp.security import key
from webapp.store import db
from webapp.words import say

bp = Blueprint("reversals", __name__)


@dataclass(frozen=True)
class Reversed:
    """How a step went back, for its page: the reason for an outsider only if it is meant for them, or theirs."""

    kind: str
    who: str
    at: datetime
    reason: str


@bp.app_context_processor
def _shown() -> dict[str, Any]:
    return {
        "ways_of": _ways,
        "way_name": _name,
        "reversal_of": _reversed,
        "recallable": _recallable,
        "recall_in": _in_case,
    }


@bp.get("/tugas/<item_id>/kembalikan")
def ask_return(item_id: str) -> str:
    """The question for the reason of a return."""
    return _return_page(item_id, actor(), request.args.get("lewat", ""))


@bp.post("/tugas/<item_id>/kembalikan")
def send_back(item_id: str) -> Any:
    """Return a step, with a reason."""
    who, way, reason = actor(), request.form.get("lewat", ""), request.form.get("alasan", "")
    try:
        with transaction(db.session()) as session:
            reversals.send_back(session, item_id, who, way, reason, key())
    except BadValue as error:
        return _return_page(item_id, who, way, reason, words.translated(error)), 422
    flash(say("Langkah ini dikembalikan. Alasannya tercatat dan terbaca di langkah berikutnya."))
    return redirect(url_for("inbox.index"))


@bp.get("/tugas/<item_id>/tarik")
def ask_recall(item_id: str) -> str:
    """The question for the reason of taking a submission back."""
    return _recall_page(item_id, actor())


@bp.post("/tugas/<item_id>/tarik")
def recall(item_id: str) -> Any:
    """Take a submission back, with a reason."""
    who, reason = actor(), request.form.get("alasan", "")
    try:
        with transaction(db.session()) as session:
            reversals.recall(session, item_id, who, reason, key())
    except BadValue as error:
        return _recall_page(item_id, who, reason, words.translated(error)), 422
    flash(say("Langkah ini terbuka lagi dan Anda pegang. Isian yang tadi dikirim menjadi draf."))
    return redirect(url_for("inbox.task", item_id=item_id))


def note_reader(item: WorkItem, who: Actor) -> None:
    """Whoever opens a step that its sender could still take back is noted, before they see it. A browser that only
    looks ahead opens nothing."""
    ahead = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    if request.method != "HEAD" and not ahead and reversals.unread(who, item):
        found = item.id
        with transaction(db.session()) as session:
            reversals.mark_read(session, found, who)


def _return_page(item_id: str, who: Actor, way: str, reason: str = "", wrong: str = "") -> str:
    session = db.session()
    item = tasks.find(session, item_id)
    g.case = item.instance_id
    people.must_work(who, item)
    people.must_be_open(session, who, item)
    people.must_do(session, who, item)
    event = next((one for one in _ways(item) if one.id == way), None)
    if event is None:
        raise BadValue("Langkah ini tidak dapat dikembalikan lewat jalan itu.")
    given = {"way": event, "leads": _leads(item, event)}
    return render_template("return.html", item=item, reason=reason, wrong=wrong, most=reversals.LONGEST, **given)


def _recall_page(item_id: str, who: Actor, reason: str = "", wrong: str = "") -> str:
    item = tasks.find(db.session(), item_id)
    g.case = item.instance_id
    reversals.must_recall(db.session(), who, item)
    return render_template("recall.html", item=item, reason=reason, wrong=wrong, most=reversals.LONGEST)


def _ways(item: WorkItem) -> list[Node]:
    return reversals.ways(db.session(), item)


def _name(way: Node) -> str:
    """What an action is called: as the model calls its event."""
    return way.name or say("Kembalikan ({code})", code=way.code or way.id)


def _leads(item: WorkItem, way: Node) -> list[str]:
    """The steps that come right after a return."""
    own, found = library.of(db.session(), item.instance)
    key_ = item.element.rpartition("|")[0]
    home = found.processes[key_] if key_ else own
    after = (home.nodes[flow.target] for flow in home.outgoing(way.id))
    return [node.name or node.id for node in after if node.is_work_item]


def _reversed(item: WorkItem, seen: Sight) -> Reversed | None:
    found = reversals.of(db.session(), item)
    if found is None:
        return None
    names = people.known_names(db.session(), seen, {found.event.actor})
    theirs = seen.whole or found.event.kind == Kind.ITEM_RETURNED or found.event.actor == seen.who.id
    why = found.reason if theirs else ""
    return Reversed(found.event.kind, names.get(found.event.actor, "-"), found.event.at, why)


def _recallable(items: Iterable[WorkItem]) -> frozenset[str]:
    return reversals.recallable(db.session(), actor(), items)


def _in_case(case: Instance) -> WorkItem | None:
    return reversals.in_case(db.session(), actor(), case)
