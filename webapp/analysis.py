"""Models: which are deployed in which version, what lint says of them, drawing them anew and publishing them."""

from contextlib import closing
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage

from engine import cases, clock, deployments, library, people
from engine.errors import BadValue, NotFound, Problem, Rejected
from engine.model import Entry
from engine.people import ANALYST, AUDITOR, OPERATOR
from engine.transaction import transaction
from webapp import picture, security
from webapp.auth import actor
from webapp.store import db
from webapp.words import say

bp = Blueprint("analysis", __name__, url_prefix="/analisis")
READERS = (ANALYST, OPERATOR, AUDITOR)
WRITERS = (ANALYST, OPERATOR)
BUNDLE = "dist/modeler.js"
MOST_FILES = 60
LONGEST_NAME = 100


@bp.get("")
def index() -> str:
    """Every model that is deployed."""
    people.must_have(actor(), *READERS)
    return _list_page()


@bp.get("/<key>")
def model(key: str) -> str:
    """One model: its diagram, its versions, what lint warns of."""
    people.must_have(actor(), *READERS)
    session = db.session()
    versions = deployments.versions(session, key)
    entry = _version(versions, request.args.get("versi"))
    names = people.names(session, {one.deployment.by for one in versions})
    content = entry.resource.content
    return render_template(
        "analysis.html",
        entry=entry,
        versions=versions,
        latest=versions[0].version,
        names=names,
        running=cases.running(session),
        in_force=_in_force(key),
        problems=deployments.review(session, {entry.file: content}),
        picture=picture.of_model(content, entry.name or key),
        may_write=actor().has(*WRITERS),
    )


@bp.get("/<key>/bpmn")
def xml(key: str) -> Response:
    """The BPMN file of a version, as a download."""
    people.must_have(actor(), *READERS)
    entry = _version(deployments.versions(db.session(), key), request.args.get("versi"))
    answer = Response(entry.resource.content, mimetype="application/xml")
    answer.headers.set("Content-Disposition", "attachment", filename=_clean(entry.file))
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@bp.get("/<key>/modeler")
def modeler(key: str) -> str:
    """The page that draws a model anew; without its bundle, the drawing and why."""
    people.must_have(actor(), *WRITERS)
    entry = _version(deployments.versions(db.session(), key), None)
    security.allow_data_images()
    built = Path(current_app.static_folder or "", BUNDLE).is_file()
    drawing = "" if built else picture.of_model(entry.resource.content, entry.name or key)
    return render_template("modeler.html", entry=entry, built=built, picture=drawing)


@bp.post("/periksa")
def check() -> Response:
    """What lint says of a drawn model, as JSON. Nothing is stored."""
    people.must_have(actor(), *WRITERS)
    key = request.args.get("kunci", "")[:LONGEST_NAME]
    problems = _review({_clean(f"{key or 'model'}.bpmn"): request.get_data()})
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    words = (
        say("Belum dapat diterbitkan: {n} kesalahan.", n=errors)
        if errors
        else say("Model dapat diterbitkan. {n} peringatan. Belum ada yang disimpan.", n=warnings)
    )
    return jsonify(ok=not errors, message=words, problems=[vars(problem) for problem in problems])


@bp.post("/terbitkan")
def publish() -> Any:
    """Deploy the files that were sent: all of them or, with a list of what is wrong, nothing."""
    people.must_have(actor(), *WRITERS)
    by, files, key = actor().id, _sent(), request.form.get("kunci")
    base = (key, request.form.get("versi", "")) if key else None
    try:
        with transaction(db.session()) as session:
            done, _ = deployments.deploy(session, files, by, request=security.key(), base=base)
    except Rejected as error:
        return _list_page(error.problems), 422
    new = [f"{one.key} ({say('versi {n}', n=one.version)})" for one in done if one.new]
    if new:
        flash(say("Diterbitkan: {what}. Berlaku untuk berkas baru; berkas yang berjalan tetap.", what=", ".join(new)))
    else:
        flash(say("Isinya sama dengan yang sudah berlaku. Tidak ada versi baru."))
    return redirect(url_for("analysis.index"))


def _review(files: dict[str, bytes]) -> list[Problem]:
    try:
        return deployments.review(db.session(), files)
    except Rejected as error:
        return error.problems


def _list_page(problems: list[Problem] | None = None) -> str:
    session = db.session()
    running: dict[str, int] = {}
    for (key, _), number in cases.running(session).items():
        running[key] = running.get(key, 0) + number
    entries = deployments.processes(session)
    since = {entry.key: _since(entry) for entry in entries}
    may_write = actor().has(*WRITERS)
    return render_template(
        "analysis_list.html", entries=entries, since=since, running=running, problems=problems, may_write=may_write
    )


def _since(entry: Entry) -> Any:
    """When this version of a process first came into force."""
    same = [e for e in deployments.versions(db.session(), entry.key) if e.version == entry.version]
    return same[0].deployment.effective_from if same else None


def _in_force(key: str) -> int | None:
    """The version that a case started now would take."""
    found = library.in_force(db.session(), clock.business())
    return next((e.version for e in found.entries if e.kind == "process" and e.key == key), None) if found else None


def _version(versions: list[Entry], asked: str | None) -> Entry:
    """The version that is asked for, the newest if none is. Raises NotFound."""
    found = versions[:1] if not asked else [entry for entry in versions if str(entry.version) == asked]
    if not found:
        raise NotFound("Tidak ada model dengan kunci atau versi itu.")
    return found[0]


def _sent() -> dict[str, bytes]:
    """The files of the form, by name. Raises BadValue if there is none."""
    sent = [file for file in request.files.getlist("berkas") if file.filename]
    if not sent:
        raise BadValue("Pilih dahulu berkas BPMN, DMN atau formulir yang akan diterbitkan.")
    if len(sent) > MOST_FILES:
        raise BadValue("Paling banyak {most} berkas sekali kirim.", most=str(MOST_FILES))
    return {_clean(file.filename or ""): _content(file) for file in sent}


def _clean(name: str) -> str:
    """A file's own name without folders, ending as what it is."""
    name = "".join(letter for letter in name.replace("\\", "/").split("/")[-1] if letter.isprintable())[-LONGEST_NAME:]
    return name if name.endswith((".bpmn", ".dmn", ".json")) else f"{name}.bpmn"


def _content(file: FileStorage) -> bytes:
    with closing(file):
        return file.stream.read()
