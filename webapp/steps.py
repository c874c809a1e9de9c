"""One step of one case as a page: what stands on it, and what happens when it is sent."""

import io
from collections.abc import Sequence
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, send_file, url_for
from markupsafe import Markup
from werkzeug.datastructures import FileStorage

from engine import diagram, documents, drafts, forms, handing, history, library, people, preparing, stores, tasks
from engine.definition import Node
from engine.documents import PREFIX
from engine.errors import AlreadyDone, BadForm, BadValue, FieldError, Infected, StaleDraft
from engine.model import Document, ItemStatus, WorkItem
from engine.people import Actor, Sight
from engine.stores import Store
from engine.transaction import leave, transaction
from webapp import notices, onpaper, reads, reversals, security, story, telling, words
from webapp.security import LARGEST_REQUEST
from webapp.store import database, db
from webapp.words import marked, say

FILE, WET = "berkas-", "basah-"  # and the number of the requirement: the names of a line's inputs
SEEN = "_draf"  # the savings of the draft that a page has seen
PREPARED = "disiapkan-pada"  # when the draft was marked as ready that the page showed
OURS = ("csrf_token", "request", "aksi", SEEN, PREPARED)
LOOK = marked(
    "Bukalah tugas ini di jendela lain untuk melihatnya. Bila disimpan sekali lagi, yang ini menggantikannya."
)
LAST = 4  # events on the page
PHOTOS = ("image/jpeg", "image/png")  # said as media types too, so that a phone offers its camera and its pictures
KINDS = ",".join([*(f".{kind}" for kind in documents.KINDS), *PHOTOS])
SANDBOX = "default-src 'none'; sandbox"
CHANGED = marked("Konsep atau dokumennya berubah sejak Anda membuka halaman ini. Periksa lagi, lalu kirim.")
Typed = dict[str, list[str]]


def page(item_id: str, who: Actor, typed: Typed | None = None, errors: Sequence[FieldError] = ()) -> str:
    """The page of a work item. Raises NotFound, NotAllowed."""
    session = db.session()
    item = tasks.find(session, item_id)
    people.must_prepare(who, item)
    reversals.note_reader(item, who)
    node, form = tasks.node_and_form(session, item)
    seen, given = people.sight(session, who, item.instance), typed if typed is not None else drafts.typed(item)
    rights = _rights(item, who)
    rows = forms.shown(form, tasks.seen(item), given) if form and rights["free"] else []  # else its page has no form
    shown = render_template(
        "task.html",
        item=item,
        saving=drafts.saving(item),
        node=node,
        form=form,
        rows=rows,
        seen=seen,
        **_beside(given),
        errors=errors,
        **rights,
        bar=words.used(item),
        stead=who.stead(item.pool),
        clashes=people.clashes_at(session, item, people.standing(who, item)),
        receivers=handing.receivers(session, who, item) if item.status == ItemStatus.OPEN else [],
        handed=handing.instruction(session, item),
        message=notices.text_of(item),
        **_papers(item, node, seen),
        **_place(item, seen),
    )
    return reads.recorded(shown, item.instance_id, reads.in_form(seen, rows), item.id)


def submit(item_id: str, who: Actor) -> Any:
    """Store the files in transactions of their own, then keep the draft or complete the step."""
    typed = sent()
    if preparing.changed(db.session(), item_id, who, request.form.get(PREPARED)):
        return page(item_id, who, typed, [FieldError("", CHANGED)]), 422
    errors, wish = _store_files(item_id, who), request.form.get("aksi")
    finish, ready = wish == "selesai", wish == "siap"
    who = _still(who) if _has_files() else who
    if errors and finish:
        return page(item_id, who, typed, errors), 422
    try:
        _keep(item_id, who, typed, finish, ready and not errors)
    except BadForm as error:
        return page(item_id, who, typed, error.errors), 422
    except StaleDraft as error:
        told = FieldError("", error.text, tuple(error.values.items()))
        return page(item_id, who, typed, [told, FieldError("", LOOK)]), 409
    except AlreadyDone:
        g.case = tasks.find(db.session(), item_id).instance_id  # the page of the refusal leads there
        raise
    if errors:
        return page(item_id, who, typed, errors), 422
    if finish:
        return redirect(url_for("inbox.receipt", item_id=item_id))
    kept = say("Draf dan dokumen tersimpan. Langkah ini belum selesai.")
    flash(say("Ditandai siap disetujui. Pejabatnya melihatnya di kotak tugas.") if ready else kept)
    return redirect(url_for("inbox.task", item_id=item_id))


def sent() -> Typed:
    """What was typed into the fields of the form that was sent."""
    return {name: texts for name, texts in request.form.lists() if not _is_ours(name)}


def savings() -> list[str]:
    """The savings that whoever sent this page has seen in its draft: none, if it does not say."""
    return request.form.get(SEEN, drafts.NONE).split()


def _still(who: Actor) -> Actor:
    """Who asks, as they may act after a while has passed: a naming or an office may have ended meanwhile."""
    return people.actor(db.session(), who.id)


def _has_files() -> bool:
    return any(sent.filename for _, sent in request.files.items(multi=True))


def _is_ours(name: str) -> bool:
    return name in OURS or name in onpaper.NAMES or name.startswith(WET)


def _rights(item: WorkItem, who: Actor) -> dict[str, bool]:
    """What the reader may do now: complete the step, or fill it in as an aide of who completes it."""
    is_open, aids = item.status == ItemStatus.OPEN, people.aids(who, item)
    mine = item.holder == who.id
    free = is_open and (mine or item.holder in (None, *who.aided.get(item.pool or "", ())))
    works = is_open and item.holder in (None, who.id) and people.may_work(who, item)
    return {"mine": mine, "free": free, "works": works, "aids": aids}


def _keep(item_id: str, who: Actor, typed: Typed, finish: bool, ready: bool) -> None:
    with transaction(db.session()) as session:
        if finish:
            tasks.complete(session, item_id, who, typed, security.key(), paper=onpaper.sent(), known=savings())
        elif ready:
            preparing.mark(session, item_id, who, typed | onpaper.kept(), security.key(), savings())
        else:
            tasks.save_draft(session, item_id, who, typed | onpaper.kept(), security.key(), savings())


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
    people.must_prepare(who, item)
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


def _papers(item: WorkItem, node: Node, seen: Sight) -> dict[str, Any]:
    """The lines of kelengkapan with their versions, the newest first, and the documents of the case's other steps."""
    found = [one for one in documents.of_instance(db.session(), item.instance_id) if seen.document(one)]
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


def _place(item: WorkItem, seen: Sight) -> dict[str, Any]:
    """Where the step stands: in the SOP's diagram, and in the history of its case."""
    session = db.session()
    definition, found = library.of(session, item.instance)
    events = history.events(session, item.instance_id)[: -LAST - 1 : -1]
    whom = {one for one in (item.holder, item.closed_by, item.prepared_by) if one}
    names = people.known_names(session, seen, story.persons(events) | whom | seen.who.persons)
    called, _, element = item.element.rpartition("|")
    model = found.models[called or definition.key]
    picture = Markup(diagram.mini(model, element, _place_words()))  # our own drawing, escaped there
    lines = story.lines(events, names, telling.Book(definition, found, seen))
    return {"events": lines, "names": names, "picture": picture}


def _place_words() -> diagram.Words:
    return diagram.Words(
        here=say("Anda di sini"),
        at=say("Anda di langkah {name}"),
        lane=say(", jalur {name}"),
        before=say("Sebelumnya: {name}."),
        after=say("Berikutnya: {name}."),
        other=say(", atau "),
    )


def _beside(given: Any) -> dict[str, Any]:
    """What stands beside the fields of a form: the note of a step without one, what was said about paper, and whether
    the step was to be completed."""
    text = (given or {}).get(tasks.NOTE, "")
    note = text if isinstance(text, str) else "".join(text[:1])
    finishing = request.form.get("aksi") == "selesai"
    return {"note_field": tasks.NOTE, "note": note, "on_paper": onpaper.given(given or {}), "finishing": finishing}
