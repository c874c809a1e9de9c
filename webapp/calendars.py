"""Calendars of offices: what each says of a year, changing it, and what that would move before it is saved."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine import calendars, cases, deadlines, operations, people
from engine.calendars import Content, Holiday, HolidayKind
from engine.deadlines import Move
from engine.errors import BadForm, BadTime, BadValue, Refused
from engine.model import Operation
from engine.people import OPERATOR
from engine.transaction import transaction
from engine.worktime import YEARS, Profile
from webapp.auth import actor
from webapp.security import key
from webapp.store import db
from webapp.words import DAYS, language, say, translated
from webapp.year import hours_words, months, shift_words

bp = Blueprint("calendars", __name__, url_prefix="/operasi/kalender")
NOT_SHOWN = ("csrf_token", "request", "alasan", "nomor")  # of a form that is previewed
SHOWN = 200  # moves on a page; the others are counted
Form = Mapping[str, str]
Change = Callable[[Content, Form], Content]


@bp.get("")
def index() -> str:
    """Every calendar, and who counts by which."""
    people.must_have(actor(), OPERATOR)
    return _index()


@bp.post("")
def add() -> Any:
    """A calendar for a unit that differs from its city."""
    people.must_have(actor(), OPERATOR)
    form = request.form
    by = actor().id
    with transaction(db.session()) as session:
        place = (form.get("kunci", ""), form.get("nama", ""), form.get("induk", ""))
        if calendars.answered(session, key(), by, form.get("kunci", "")) is None:
            calendars.add(session, *place, by, form.get("alasan", ""), key())
    return redirect(url_for("calendars.calendar", name=form["kunci"]))


@bp.post("/pemakaian/pratinjau")
def preview_use() -> Any:
    """What would move if a unit counted by a calendar from a day on. Stores nothing."""
    people.must_have(actor(), OPERATOR)
    session, form = db.session(), request.form
    try:
        new, day = calendars.used(session, *_use(form)), _day(form, "mulai")
    except BadValue as error:
        return _index(errors=_said(error), typed=form), 422
    return render_template(
        "calendar_use_preview.html",
        use=new.uses[-1],
        old=_office(calendars.book(session).of(new.uses[-1].opd, day).key),
        new=_office(new.uses[-1].calendar),
        **_foretold(list(deadlines.moves(session, new))),
    )


@bp.post("/pemakaian")
def use() -> Any:
    """Let a unit count by a calendar from a day on; what is open follows, as an operation."""
    people.must_have(actor(), OPERATOR)
    form, by = request.form, actor().id
    try:
        with transaction(db.session()) as session:
            if event := calendars.answered(session, key(), by, form.get("kalender", "")):
                found = operations.followed(session, event)
            else:
                found = operations.use_calendar(session, *_use(form), by, key())
            following = found.id if found else None
    except BadValue as error:
        return _index(errors=_said(error), typed=form), 422
    return _after(following, url_for("calendars.index"))


@bp.get("/<name>")
def calendar(name: str) -> str:
    """One calendar: office hours, the year, versions, and the forms that change it."""
    people.must_have(actor(), OPERATOR)
    return _page(name)


@bp.post("/<name>/pratinjau")
def preview(name: str) -> Any:
    """What a change would move. Stores nothing."""
    people.must_have(actor(), OPERATOR)
    session, form = db.session(), _form()
    office, book = _office(name), calendars.book(session)
    old = book.content(name)
    try:
        new = _changed(old, form)
        if new == old:
            raise Refused("Tidak ada yang berubah pada kalender {name}.", name=office.name)
        moves = list(deadlines.moves(session, calendars.book(session, draft={name: new})))
    except (BadValue, BadTime, BadForm, Refused) as error:
        return _page(name, errors=_said(error), typed=form), 422
    return _preview(office, form, old, new, moves)


@bp.post("/<name>")
def save(name: str) -> Any:
    """A new version of a calendar; what is open follows, as an operation."""
    people.must_have(actor(), OPERATOR)
    form, by = _form(), actor().id
    try:
        with transaction(db.session()) as session:
            found = _save(session, name, form, by)
            following = found.id if found else None
    except (BadValue, BadTime, BadForm, Refused) as error:
        return _page(name, errors=_said(error), typed=form), 422
    return _after(following, url_for("calendars.calendar", name=name))


def _save(session: Session, name: str, form: Form, by: str) -> Operation | None:
    if event := calendars.answered(session, key(), by, name):
        return operations.followed(session, event)
    new = _changed(calendars.book(session).content(_office(name).key), form)
    number = int(form.get("nomor", "") if form.get("nomor", "").isdecimal() else 0)
    return operations.change_calendar(session, name, new, by, form.get("alasan", ""), number, key())


def _use(form: Form) -> tuple[str, str, date]:
    return form.get("opd", ""), form.get("kalender", ""), _day(form, "mulai")


def _index(errors: list[str] | None = None, typed: Form | None = None) -> str:
    session = db.session()
    return render_template(
        "calendars.html",
        offices=calendars.offices(session),
        uses=sorted(calendars.book(session).uses, key=lambda one: (one.opd, one.begins)),
        opds=cases.opds(session),
        errors=errors or [],
        typed=typed or {},
    )


def _page(key: str, errors: list[str] | None = None, typed: Form | None = None) -> str:
    session, office = db.session(), _office(key)
    book, year = calendars.book(session), _year()
    chain = [(one, book.content(one)) for one in book.chain(key)]
    versions = calendars.versions(session, key)
    return render_template(
        "calendar.html",
        office=office,
        year=year,
        months=months(year, book.calendar(key), chain),
        chain=chain,
        names={one.key: one.name for one in calendars.offices(session)},
        versions=versions,
        who=people.names(session, {one.by for one in versions}),
        kinds=list(HolidayKind),
        errors=errors or [],
        typed=typed or {},
        years=YEARS,
        hours_words=hours_words,
        short_days=[name[:3] for name in DAYS[language()]],
    )


def _preview(office: Any, form: Form, old: Content, new: Content, moves: list[Any]) -> str:
    return render_template(
        "calendar_preview.html",
        office=office,
        form={name: value for name, value in form.items() if name not in NOT_SHOWN},
        gone=[one for one in old.holidays if one not in new.holidays],
        come=[one for one in new.holidays if one not in old.holidays],
        hours_gone=[one for one in old.profiles if one not in new.profiles],
        hours_come=[one for one in new.profiles if one not in old.profiles],
        hours_words=hours_words,
        **_foretold(moves),
    )


def _foretold(moves: list[Any]) -> dict[str, Any]:
    """What a page needs to show which deadlines would move."""
    moved = [one for one in moves if isinstance(one, Move)]
    return {
        "moves": moved[:SHOWN],
        "total": len(moved),
        "earlier": sum(one.new.due < one.old.due for one in moved),
        "uncounted": [one for one in moves if not isinstance(one, Move)],
        "shift_words": shift_words,
    }


def _office(key: str) -> Any:
    return calendars.find(db.session(), key)


def _after(operation: str | None, back: str) -> Response:
    """To the operation that follows from a change, or back."""
    if operation is None:
        flash(say("Tersimpan. Tidak ada tenggat terbuka yang bergeser."))
        return redirect(back)
    flash(say("Tersimpan. Tenggat yang terbuka sedang digeser."))
    return redirect(url_for("operating.operation", operation_id=operation))


def _form() -> dict[str, str]:
    """What was sent; the text of a file as the field `csv`."""
    form = dict(request.form.items())
    file = request.files.get("berkas")
    if file is not None and file.filename:
        form["csv"] = file.read(calendars.LARGEST + 1).decode("utf-8", "surrogateescape")
    return form


def _changed(content: Content, form: Form) -> Content:
    """The content after the change that a form asks for. Raises BadValue, BadTime, BadForm."""
    action = form.get("aksi", "")
    if action not in _CHANGES:
        raise BadValue("Pilih perubahan dari daftar.")
    return _CHANGES[action](content, form)


def _holiday(form: Form) -> Holiday:
    kind = form.get("jenis", "")
    if kind not in set(HolidayKind):
        raise BadValue("Pilih jenis hari libur dari daftar.")
    return Holiday(_day(form, "tanggal"), form.get("nama", ""), HolidayKind(kind), form.get("sumber", ""))


def _profile(form: Form) -> Profile:
    since, until = (_day(form, name) if form.get(name) else None for name in ("sejak", "sampai"))
    return Profile(form.get("jam", ""), form.get("sumber", ""), since, until)


def _place(form: Form) -> int:
    text = form.get("tempat", "")
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def _day(form: Form, name: str) -> date:
    try:
        return date.fromisoformat(form.get(name, ""))
    except ValueError as error:
        raise BadValue("Isi tanggal dengan benar, misalnya 2026-08-17.") from error


def _sheet(content: Content, form: Form) -> Content:
    raw = form.get("csv", "").encode("utf-8", "surrogateescape")
    return calendars.import_year(content, calendars.read_sheet(raw))


_CHANGES: dict[str, Change] = {
    "libur": lambda content, form: calendars.add_holiday(content, _holiday(form)),
    "hapus-libur": lambda content, form: calendars.remove_holiday(content, _day(form, "tanggal")),
    "jam": lambda content, form: calendars.add_profile(content, _profile(form)),
    "ganti-jam": lambda content, form: calendars.replace_profile(content, _place(form), _profile(form)),
    "akhiri-jam": lambda content, form: calendars.end_profile(content, _place(form), _day(form, "sampai")),
    "impor": _sheet,
}


def _said(error: BadForm | BadValue | BadTime | Refused) -> list[str]:
    return [translated(one) for one in error.errors] if isinstance(error, BadForm) else [translated(error)]


def _year() -> int:
    asked = request.values.get("tahun", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else people.today().year
    return min(max(year, YEARS[0]), YEARS[-1])
