"""Who read personal data: recorded once an answer is there, before it is given; and the page that tells it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from flask import Blueprint, g, render_template, request

from engine import cases, documents, forms, library, papers, people, readings
from engine.forms import Row
from engine.model import Instance, Reading
from engine.people import Sight
from engine.transaction import transaction
from webapp.auth import actor
from webapp.store import db
from webapp.words import marked, say

bp = Blueprint("reads", __name__)
PAGE = 100  # rows
LONGEST_PAGE = 7  # digits of a page's number
Answer = TypeVar("Answer")
PAGES = {  # endpoint or command -> what it is called
    "cases.case": marked("halaman berkas"),
    "cases.cancel": marked("halaman berkas"),
    "cases.tell": marked("halaman berkas"),
    "cases.history": marked("putar ulang"),
    "inbox.task": marked("halaman tugas"),
    "inbox.submit": marked("halaman tugas"),
    "inbox.document": marked("unduhan dokumen"),
    "talking.at_step": marked("halaman tugas"),
    "talking.in_case": marked("halaman berkas"),
    "talking.send_back": marked("halaman tugas"),
    "papers.picture": marked("pratinjau dokumen"),
    "papers.letter": marked("surat"),
    "sopan history": marked("perintah sopan history di mesin"),
}


@dataclass(frozen=True)
class Line:
    """One row: who was shown what, and where."""

    reading: Reading
    name: str
    page: str
    what: tuple[str, ...]


def recorded(answer: Answer, instance_id: str, shown: Iterable[str], about: str = "") -> Answer:
    """The answer, once it is on record that it shows personal data. Without the record nobody gets it. Raises
    Conflict."""
    who, session = actor(), db.session()
    one = readings.reading(instance_id, who.id, request.endpoint or "", about, shown)
    if one.shown and not readings.is_known(session, one):
        with transaction(session):
            readings.add(session, one)
    return answer


def in_form(seen: Sight, rows: Iterable[Row]) -> set[str]:
    """The fields with personal data that stand filled in a form, hidden or not."""
    return {row.part.key for row in rows if isinstance(row.part, forms.Field) and row.filled} & seen.tagged


@bp.get("/berkas/<case_id>/pembaca")
def index(case_id: str) -> str:
    """Who read personal data of a case: for the auditor and the PA."""
    session, who = db.session(), actor()
    case = cases.find(session, who, case_id)
    g.case, person = case.id, request.args.get("orang", "")[:40]
    query = readings.of_case(session, who, case.id, person)
    page = _page()
    found = list(session.scalars(query.offset((page - 1) * PAGE).limit(PAGE + 1)))
    names = {one: name or say("operator di mesin (shell)") for one, name in readings.readers(session, case.id).items()}
    labels = _labels(case)
    lines = [
        Line(one, names.get(one.person_id, "-"), say(PAGES.get(one.page, one.page)), _what(one, labels))
        for one in found[:PAGE]
    ]
    given = {"case": case, "lines": lines, "names": names, "person": person, "page": page, "more": len(found) > PAGE}
    return render_template("readings.html", **given)


def _page() -> int:
    page = request.args.get("hal", "1")
    return max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < LONGEST_PAGE else 1


def _labels(case: Instance) -> dict[str, str]:
    """What each thing that a row can name is called: fields, the numbers of officials, documents by their id."""
    session = db.session()
    _, found = library.of(session, case)
    labels = {field.key: field.label for form in found.forms.values() for field in form.fields}
    labels |= {f"{papers.NIP}{role}": f"NIP {name}" for role, name in people.role_names(session).items()}
    files = documents.of_instance(session, case.id)
    return labels | {one.id: f"{one.requirement}, {say('versi {n}', n=one.version)}" for one in files}


def _what(one: Reading, labels: Mapping[str, str]) -> tuple[str, ...]:
    """A document by its id, for its hash may be that of several; else the fields."""
    return tuple(sorted({labels.get(one.about) or labels.get(key, key) for key in one.shown}))
