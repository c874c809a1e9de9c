"""The operator's pages of persons: who there is, their offices, in whose stead they act, and their file."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine import accounts, directory, handing, operations, people
from engine.errors import BadForm, BadValue, FieldError
from engine.model import Acting, Aide, Substitution
from engine.people import OPERATOR
from engine.transaction import transaction
from engine.typed import Reader
from webapp import typed
from webapp.auth import actor
from webapp.security import key
from webapp.store import db
from webapp.words import marked, say

bp = Blueprint("directory", __name__)
KINDS = {
    Acting.PLT: marked("Plt., jabatannya kosong"),
    Acting.PLH: marked("Plh., pejabatnya berhalangan"),
    Acting.AN: marked("a.n., pejabatnya menugaskan"),
}


@bp.get("/orang")
def index() -> str:
    """Everybody, or whom some words find."""
    return _list(**typed.sent())


@bp.post("/orang")
def add() -> Any:
    """A new person; their page comes next."""
    who, given = actor(), typed.fields()
    try:
        with transaction(db.session()) as session:
            person = directory.change(session, who, given, None, key())
    except BadForm as error:
        return _list(**typed.sent("f", given, error.errors)), 422
    flash(say("Orang ditambahkan. Beri jabatan agar dapat bekerja, dan akun agar dapat masuk."))
    return redirect(url_for("directory.person", person_id=person.id))


@bp.get("/orang/<person_id>")
def person(person_id: str) -> str:
    """One person."""
    return _page(person_id, **typed.sent(""))


@bp.post("/orang/<person_id>")
def change(person_id: str) -> Any:
    """Another name or NIP."""
    who = actor()
    return _done(
        person_id, lambda s, t: directory.change(s, who, t, person_id, key()), say("Nama dan NIP disimpan."), "diri"
    )


@bp.post("/orang/<person_id>/jabatan")
def appoint(person_id: str) -> Any:
    """An office by a decree."""
    who = actor()
    said = say("Jabatan dicatat. Haknya berlaku pada hari-hari itu.")
    return _done(person_id, lambda s, t: directory.appoint(s, who, person_id, t, key()), said, "jabatan")


@bp.post("/orang/<person_id>/jabatan/<appointment_id>/akhiri")
def resign(person_id: str, appointment_id: str) -> Any:
    """The last day of an office."""
    who = actor()
    said = say("Hari terakhir jabatan dicatat.")
    return _done(person_id, lambda s, t: directory.resign(s, who, appointment_id, t, key()), said, appointment_id)


@bp.post("/orang/<person_id>/pengganti")
def substitute(person_id: str) -> Any:
    """Let this person act in somebody's stead."""
    who = actor()
    said = say("Penugasan dicatat. Riwayat menyebut siapa bertindak untuk siapa.")
    return _done(person_id, lambda s, t: directory.substitute(s, who, person_id, t, key()), said, "ganti")


@bp.post("/orang/<person_id>/pengganti/<substitution_id>/cabut")
def revoke(person_id: str, substitution_id: str) -> Any:
    """Nobody's stead any more, from now on."""
    who, said = actor(), say("Penugasan dicabut.")
    return _done(person_id, lambda s, t: directory.revoke(s, who, substitution_id, key()), said, "")


@bp.post("/orang/<person_id>/penyiap")
def assign(person_id: str) -> Any:
    """Let this person prepare the work of an official."""
    who = actor()
    said = say("Penugasan penyiap dicatat. Tugas pejabat itu kini terlihat di kotak tugasnya, untuk disiapkan.")
    return _done(person_id, lambda s, t: directory.assign(s, who, person_id, t, key()), said, "siap")


@bp.post("/orang/<person_id>/penyiap/<aide_id>/cabut")
def dismiss(person_id: str, aide_id: str) -> Any:
    """Nobody's aide any more, from now on."""
    who, said = actor(), say("Penugasan dicabut.")
    return _done(person_id, lambda s, t: directory.dismiss(s, who, aide_id, key()), said, "")


@bp.post("/orang/<person_id>/akun")
def open_account(person_id: str) -> Any:
    """A user name, so that a one-time link can be made for it."""
    who = actor()
    said = say("Akun dibuat. Buat tautan sekali pakai di halaman Akun, lalu serahkan kepadanya.")

    def act(session: Any, given: dict[str, str]) -> None:
        read = Reader(given)
        person, username = directory.found(session, who, person_id), read.text("username")
        read.check()
        accounts.open_for(session, person, username, who.id, request=key())

    return _done(person_id, act, said, "akun")


@bp.post("/orang/<person_id>/serah-terima")
def hand_over(person_id: str) -> Any:
    """All that a person has in running cases goes to another: first what it would be, then the operation."""
    who, given = actor(), typed.fields()
    if request.form.get("aksi") != "serahkan":
        return _page(person_id, tried=True, **typed.sent("serah", given))
    try:
        with transaction(db.session()) as session:
            operation = operations.hand_over(session, who, person_id, given, key())
            found = operation and operation.id
    except (BadForm, BadValue) as error:
        return _page(person_id, **typed.sent("serah", given, _errors(error, "to"))), 422
    if found:
        return redirect(url_for("operating.operation", operation_id=found))
    flash(say("Tidak ada yang perlu diserahkan."))
    return redirect(url_for("directory.person", person_id=person_id))


@bp.route("/orang/impor", methods=["GET", "POST"])
def bring() -> Any:
    """A file of people and offices: first what it would change, then all of it."""
    who = actor()
    people.must_have(who, OPERATOR)
    if request.method == "GET":
        return render_template("people_import.html", columns=directory.COLUMNS, lines=None, content="", **typed.sent())
    file = request.files.get("file")
    content = file.read() if file and file.filename else request.form.get("content", "").encode()
    try:
        if request.form.get("aksi") == "simpan":
            with transaction(db.session()) as session:
                directory.apply(session, who, content, key())
            flash(say("Semua perubahan dari berkas itu disimpan."))
            return redirect(url_for("directory.index"))
        lines, errors = directory.preview(db.session(), who, content), []
    except (BadForm, BadValue) as error:
        lines, errors = None, _errors(error, "file")
    given = {"columns": directory.COLUMNS, "lines": lines, "content": content.decode("utf-8-sig", "replace")}
    return render_template("people_import.html", **given, **typed.sent("f", {}, errors)), 422 if errors else 200


def _errors(error: BadForm | BadValue, field: str) -> list[FieldError]:
    """What was wrong with a form, or with the one field of it."""
    return error.errors if isinstance(error, BadForm) else [FieldError(field, error.text, tuple(error.values.items()))]


def _list(**sent: Any) -> str:
    search = request.args.get("q", "").strip()[:100]
    found = directory.search(db.session(), actor(), search, directory.MOST + 1)
    usernames = directory.usernames(db.session(), actor(), [one.id for one in found])
    more = len(found) > directory.MOST
    return render_template(
        "people.html",
        found=found[: directory.MOST],
        more=more,
        search=search,
        usernames=usernames,
        today=people.today(),
        **sent,
    )


def _page(person_id: str, tried: bool = False, **sent: Any) -> str:
    session = db.session()
    found = directory.found(session, actor(), person_id)
    steads, aides = directory.steads(session, actor(), found.id), directory.aides(session, actor(), found.id)
    return render_template(
        "person.html",
        person=found,
        username=directory.usernames(session, actor(), [found.id]).get(found.id),
        steads=steads,
        aides=aides,
        names=people.names(session, _whom(steads) | _whom(aides)),
        roles=people.role_names(session),
        others={one.id: one.name for one in directory.officials(session, actor()) if one.id != found.id},
        kinds=KINDS,
        left=list(handing.left(session, found.id)),
        tried=tried,
        today=people.today(),
        **sent,
    )


def _whom(rows: Sequence[Substitution] | Sequence[Aide]) -> set[str]:
    return {one for row in rows for one in (row.person_id, row.for_id) if one}


def _done(person_id: str, act: Any, said: str, form: str) -> Any:
    to = url_for("directory.person", person_id=person_id)
    return typed.done(act, lambda **sent: _page(person_id, **sent), said, to, form)
