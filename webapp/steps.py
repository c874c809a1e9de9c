"""One step of one case as a page: what stands on it, and what happens when it is sent."""

import io
from collections.abc import Sequence
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, send_file, url_for
from markupsafe import Markup
from werkzeug.datastructures import FileStorage

from engine import diagram, documents, forms, handing, history, library, people, stores, tasks
from engine.definition import Node
from engine.documents import PREFIX
from engine.errors import AlreadyDone, BadForm, BadValue, FieldError, Infected
from engine.model import Document, ItemStatus, WorkItem
from engine.people import Actor
from engine.stores import Store
from engine.transaction import leave, transaction
from webapp import notices, security, story, telling, words
from webapp.security import LARGEST_REQUEST
from webapp.store import database, db
from webapp.words import say

FILE, WET = "berkas-", "basah-"  # and the number of the requirement: the names of a line's inputs
OURS = ("csrf_token", "request", "aksi")
LAST = 4  # events on the page
PHOTOS = ("image/jpeg", "image/png")  # said as media types too, so that a phone offers its camera and its pictures
KINDS = ",".join([*(f".{kind}" for kind in documents.KINDS), *PHOTOS])
SANDBOX = "default-src 'none'; sandbox"
Typed = dict[str, list[str]]


def page(item_id: str, who: Actor, typed: Typed | None = None, errors: Sequence[FieldError] = ()) -> str:
    """The page of a work item. Raises NotFound, NotAllowed."""
    session = db.session()
    item = tasks.find(session, item_id)
    people.must_work(who, item)
    node, form = tasks.node_and_form(session, item)
    given = typed if typed is not None else item.draft
    return render_template(
        "task.html",
        item=item,
        node=node,
        form=form,
        rows=forms.shown(form, tasks.seen(item), given) if form else [],
        note=_note(given),
        note_field=tasks.NOTE,
        errors=errors,
        mine=item.holder == who.id,
        free=item.holder in (None, who.id) and item.status == ItemStatus.OPEN,
        bar=words.used(item),
        stead=who.stead(item.pool),
        clashes=people.clashes_at(session, item, people.standing(who, item)),
        receivers=handing.receivers(session, item) if item.status == ItemStatus.OPEN else [],
        handed=handing.instruction(session, item),
        message=notices.text_of(item),
        **_papers(item, node),
        **_place(item, who),
    )


def submit(item_id: str, who: Actor) -> Any:
    """Store the files in transactions of their own, then keep the draft or complete the step."""
    typed = {name: texts for name, texts in request.form.lists() if not _is_ours(name)}
    errors, finish = _store_files(item_id, who), request.form.get("aksi") == "selesai"
    who = _still(who) if _has_files() else who
    if errors and finish:
        return page(item_id, who, typed, errors), 422
    try:
        _keep(item_id, who, typed, finish)
    except BadForm as error:
        return page(item_id, who, typed, error.errors), 422
    except AlreadyDone:
        g.case = tasks.find(db.session(), item_id).instance_id  # the page of the refusal leads there
        raise
    if errors:
        return page(item_id, who, typed, errors), 422
    if finish:
        return redirect(url_for("inbox.receipt", item_id=item_id))
    flash(say("Draf dan dokumen tersimpan. Langkah ini belum selesai."))
    return redirect(url_for("inbox.task", item_id=item_id))


def _still(who: Actor) -> Actor:
    """Who asks, as they may act after a while has passed: a naming or an office may have ended meanwhile."""
    return people.actor(db.session(), who.id)


def _has_files() -> bool:
    return any(sent.filename for _, sent in request.files.items(multi=True))


def _is_ours(name: str) -> bool:
    return name in OURS or name.startswith(WET)


def _keep(item_id: str, who: Actor, typed: Typed, finish: bool) -> None:
    with transaction(db.session()) as session:
        if finish:
            tasks.complete(session, item_id, who, typed, security.key())
        else:
            tasks.save_draft(session, item_id, who, typed)


def download(document: Document, store: Store) -> Response:
    """The bytes of a document: never shown inside our own pages' origin, always a file to keep.
    Raises SystemNotReady."""
    content = io.BytesIO(store.read(document.sha256))
    answer = send_file(content, mimetype=document.media_type, as_attachment=True, download_name=document.filename)
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


def _store_files(item_id: str, who: Actor) -> list[FieldError]:
    """Keep every file that was sent; what is wrong with the others. A step that is over takes no more files."""
    if not _has_files():
        return []
    item = tasks.find(db.session(), item_id)
    people.must_work(who, item)
    node, _ = tasks.node_and_form(db.session(), item)
    errors = []
    for index, requirement in enumerate(node.requirements):
        sent = [one for one in request.files.getlist(f"{FILE}{index}") if one.filename and requirement.upload]
        kept, wrong = _kept(sent, item_id, who, requirement.name, bool(request.form.get(f"{WET}{index}")))
        errors += [FieldError(PREFIX + requirement.name, one.text, tuple(one.values.items())) for one in wrong]
        try:
            _add(kept, item_id, _still(who), requirement.name)
        except AlreadyDone:
            break  # the step is over: completing it says who did it, or gives the receipt
    return errors


def _kept(
    sent: list[FileStorage], item_id: str, who: Actor, requirement: str, wet_ink: bool
) -> tuple[list[documents.Upload], list[BadValue]]:
    """The files that are in the store now, and why the others are not. No transaction is open meanwhile."""
    kept, wrong = [], list[BadValue]()
    leave(db.session())
    for one in sent:
        try:
            kept.append(documents.keep(database().store, one.filename or "", one.stream, wet_ink))
        except Infected as error:
            wrong.append(error)
            with transaction(db.session()) as session:
                documents.tell_infected(session, item_id, who, requirement, error, security.key())
        except BadValue as error:
            wrong.append(error)
    return kept, wrong


def _add(kept: list[documents.Upload], item_id: str, who: Actor, requirement: str) -> None:
    """Give the files that came together to one line of kelengkapan, as one version."""
    if not kept:
        return
    with transaction(db.session()) as session:
        first = None
        for upload in kept:
            added = documents.add(session, item_id, who, requirement, upload, security.key(), first)
            first = first or added


def _papers(item: WorkItem, node: Node) -> dict[str, Any]:
    """The lines of kelengkapan with their versions, the newest first, and the documents of the case's other steps."""
    found = documents.of_instance(db.session(), item.instance_id)
    mine = [one for one in reversed(found) if one.work_item_id == item.id]
    others = [one for one in reversed(found) if one.work_item_id != item.id]
    checks = [
        {
            "name": one.name,
            "upload": one.upload,
            "input": f"{FILE}{index}",
            "wet": f"{WET}{index}",
            "is_wet": bool(request.form.get(f"{WET}{index}")),
            "field": PREFIX + one.name,
            "versions": [document for document in (mine if one.upload else others) if document.requirement == one.name],
        }
        for index, one in enumerate(node.requirements)
    ]
    return {"checks": checks, "files": others, "kinds": KINDS, "most": stores.LARGEST, "together": LARGEST_REQUEST}


def _place(item: WorkItem, who: Actor) -> dict[str, Any]:
    """Where the step stands: in the SOP's diagram, and in the history of its case."""
    session = db.session()
    definition, found = library.of(session, item.instance)
    events = history.events(session, item.instance_id)[: -LAST - 1 : -1]
    names = people.names(session, story.persons(events) | {item.holder or "", item.closed_by or ""} | who.persons)
    called, _, element = item.element.rpartition("|")
    picture = Markup(diagram.mini(found.models[called or definition.key], element))  # our own drawing, escaped there
    return {"events": story.lines(events, names, telling.Book(definition, found)), "names": names, "picture": picture}


def _note(given: Any) -> str:
    text = (given or {}).get(tasks.NOTE, "")
    return text if isinstance(text, str) else "".join(text[:1])
