"""Papers: letters filled from a case, looking at a document without opening it, its versions, and checking a hash."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for

from engine import cases, documents, history, library, papers, people, previews
from engine.errors import NotFound
from engine.model import Instance
from webapp import reads, story, telling
from webapp.auth import actor
from webapp.store import database, db

bp = Blueprint("papers", __name__)
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
PAGE = "default-src 'none'; img-src 'self'; style-src 'self'; sandbox allow-same-origin allow-downloads"  # no script
PICTURE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"  # the browser styles a picture shown alone


@bp.app_context_processor
def _offers() -> dict[str, Any]:
    return {
        "letters_of_step": papers.at_step,
        "letters_of_case": lambda case, seen: papers.of_case(db.session(), case, seen),
        "letters_of_receipt": papers.at_receipt,
        "drawn": previews.KINDS,
    }


@bp.get("/berkas/<case_id>/surat/<letter_key>.<form>")
def letter(case_id: str, letter_key: str, form: str) -> Response:
    """A letter of a case, or of the step `langkah` of it, on `kertas` A4 or F4; as PDF, or as DOCX to be changed."""
    if form not in TYPES:
        raise NotFound()
    size = request.args.get("kertas", "a4").lower()
    address = url_for("papers.mark", case_id=case_id, sha256="", _external=True)
    paper = papers.filled_from(db.session(), actor(), letter_key, case_id, request.args.get("langkah"), size, address)
    answer = make_response(papers.WRITERS[form](paper))
    answer.content_type = TYPES[form]
    answer.headers.set(
        "Content-Disposition", "inline" if form == "pdf" else "attachment", filename=f"{paper.name}.{form}"
    )
    return reads.recorded(answer, case_id, paper.personal, letter_key)


@bp.get("/berkas/<case_id>/sidik/", defaults={"sha256": ""})
@bp.get("/berkas/<case_id>/sidik/<sha256>")
def mark(case_id: str, sha256: str) -> str:
    """Whether the hash on a printed paper stands in the history of the case: where its QR code leads."""
    session, who = db.session(), actor()
    case = cases.find(session, who, case_id)
    found = next((event for event in history.events(session, case.id) if event.hash == sha256), None)
    definition, models = library.of(session, case)
    line = None
    if found is not None:
        seen = people.sight(session, who, case)
        names = people.known_names(session, seen, {found.actor})
        line = story.told(found, names, telling.Book(definition, models, seen))
    broken = history.verify_one(session, case)
    return render_template("paper_mark.html", case=case, line=line, sha256=sha256, broken=broken)


@bp.get("/dokumen/<document_id>/versi")
def versions(document_id: str) -> str:
    """Every version of a document: who gave it when, at which step, and its hash."""
    session = db.session()
    document = documents.find(session, actor(), document_id)
    case = session.get_one(Instance, document.instance_id)
    seen = people.sight(session, actor(), case)
    found = documents.versions(session, seen, document)
    names = people.known_names(session, seen, {one.uploaded_by for one in found})
    steps = documents.steps(session, found)
    given = {"document": document, "case": case, "files": found, "names": names, "steps": steps}
    return render_template("document_versions.html", **given)


@bp.get("/dokumen/<document_id>/lihat")
def look(document_id: str) -> Response:
    """The pages of a document as pictures, on a page on which nothing can run."""
    document = documents.find(db.session(), actor(), document_id)
    pages = previews.pages(database().store, document)
    case = db.session().get_one(Instance, document.instance_id)
    page = render_template("document.html", document=document, case=case, pages=pages, most=previews.MOST_PAGES)
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = PAGE
    return answer


@bp.get("/dokumen/<document_id>/lihat/<int:number>")
def picture(document_id: str, number: int) -> Response:
    """One page of a document, drawn anew: pixels, whatever the document holds."""
    document = documents.find(db.session(), actor(), document_id)
    drawn = previews.picture(database().store, document, number)
    answer = make_response(drawn.content)
    answer.content_type = drawn.media_type
    answer.headers["Content-Security-Policy"] = PICTURE
    return reads.recorded(answer, document.instance_id, [document.sha256], document.id)
