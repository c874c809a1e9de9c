"""Calendars of offices: what each says of a year, changing it, and what that would move before it is saved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import calendars, cases, deadlines, operations, people, worktime
from engine.calendars import Content, Holiday, HolidayKind
from engine.deadlines import Move
from engine.errors import BadForm, BadTime, BadValue, Refused
from engine.people import OPERATOR
from engine.transaction import transaction
from engine.worktime import YEARS, Profile
from webapp.auth import actor
from webapp.store import db
from webapp.words import DAYS, MONTHS, count, language, marked, say, translated

bp = Blueprint("calendars", __name__, url_prefix="/operasi/kalender")
SHOWN = 200  # moves on a page; the others are counted
CODES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
Form = Mapping[str, str]
Change = Callable[[Content, Form], Content]


@dataclass(frozen=True)
class Cell:
    """A day of the year view."""

    day: date
    holiday: Holiday | None
    works: bool
    own: bool  # this calendar itself says so, not the one above


@dataclass(frozen=True)
class Month:
    """A month of the year view: its weeks (None: of another month), and its days that are named."""

    name: str
    weeks: tuple[tuple[Cell | None, ...], ...]
    named: tuple[Cell, ...]


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
        calendars.add(session, *place, by, form.get("alasan", ""))
    return redirect(url_for("calendars.calendar", key=form["kunci"]))


@bp.post("/pemakaian")
def use() -> Response:
    """Let a unit count by a calendar from a day on."""
    people.must_have(actor(), OPERATOR)
    form, by = request.form, actor().id
    with transaction(db.session()) as session:
        found = operations.use_calendar(session, form.get("opd", ""), form.get("kalender", ""), _day(form, "mulai"), by)
        following = found.id if found else None
    return _after(following, url_for("calendars.index"))


@bp.get("/<key>")
def calendar(key: str) -> str:
    """One calendar: office hours, the year, versions, and the forms that change it."""
    people.must_have(actor(), OPERATOR)
    return _page(key)


@bp.post("/<key>/pratinjau")
def preview(key: str) -> Any:
    """What a change would move. Stores nothing."""
    people.must_have(actor(), OPERATOR)
    session, form = db.session(), _form()
    office, book = _office(key), calendars.book(session)
    old = book.content(key)
    try:
        new = _changed(old, form)
        if new == old:
            raise Refused("Tidak ada yang berubah pada kalender {name}.", name=office.name)
        moves = list(deadlines.moves(session, calendars.book(session, draft={key: new})))
    except (BadValue, BadTime, BadForm, Refused) as error:
        return _page(key, errors=_said(error), typed=form), 422
    return _preview(office, form, old, new, moves)


@bp.post("/<key>")
def save(key: str) -> Any:
    """A new version of a calendar; what is open follows, as an operation."""
    people.must_have(actor(), OPERATOR)
    form, by = _form(), actor().id
    try:
        with transaction(db.session()) as session:
            new = _changed(calendars.book(session).content(_office(key).key), form)
            number = int(form.get("nomor", "") if form.get("nomor", "").isdecimal() else 0)
            found = operations.change_calendar(session, key, new, by, form.get("alasan", ""), number)
            following = found.id if found else None
    except (BadValue, BadTime, BadForm, Refused) as error:
        return _page(key, errors=_said(error), typed=form), 422
    return _after(following, url_for("calendars.calendar", key=key))


def _index() -> str:
    session = db.session()
    return render_template(
        "calendars.html",
        offices=calendars.offices(session),
        uses=sorted(calendars.book(session).uses, key=lambda one: (one.opd, one.begins)),
        opds=cases.opds(session),
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
        months=_months(year, book.calendar(key), chain),
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
    moved = [one for one in moves if isinstance(one, Move)]
    return render_template(
        "calendar_preview.html",
        office=office,
        form={name: value for name, value in form.items() if name not in ("csrf_token", "alasan", "nomor")},
        gone=[one for one in old.holidays if one not in new.holidays],
        come=[one for one in new.holidays if one not in old.holidays],
        hours_gone=[one for one in old.profiles if one not in new.profiles],
        hours_come=[one for one in new.profiles if one not in old.profiles],
        moves=moved[:SHOWN],
        total=len(moved),
        earlier=sum(one.new.due < one.old.due for one in moved),
        uncounted=[one for one in moves if not isinstance(one, Move)],
        hours_words=hours_words,
        shift_words=shift_words,
    )


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


def _months(year: int, office: worktime.Calendar, chain: list[tuple[str, Content]]) -> list[Month]:
    said = {one.date: (one, key == office.key) for key, content in chain for one in content.holidays}
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    cells = [_cell(day, office, said) for day in days if day.year == year]
    return [_month(number, list(some)) for number, some in groupby(cells, key=lambda cell: cell.day.month)]


def _cell(day: date, office: worktime.Calendar, said: Mapping[date, tuple[Holiday, bool]]) -> Cell:
    holiday, own = said.get(day, (None, False))
    return Cell(day, holiday, bool(office.day(day).hours), own)


def _month(number: int, cells: list[Cell]) -> Month:
    padded = [None] * cells[0].day.weekday() + cells
    padded += [None] * (-len(padded) % 7)
    weeks = tuple(tuple(padded[n : n + 7]) for n in range(0, len(padded), 7))
    return Month(MONTHS[language()][number - 1], weeks, tuple(cell for cell in cells if cell.holiday))


def hours_words(profile: Profile) -> str:
    """Office hours as one reads them: 'Sen-Kam 07.30-12.00, 13.00-16.00; Jum ...'."""
    text = profile.hours.replace(",", ", ").replace("off", say("tutup"))
    for code, name in zip(CODES, DAYS[language()], strict=True):
        text = text.replace(code, name[:3])
    return text.replace(":", ".") if language() == "id" else text


SHIFTS = {  # (later, in days) -> words
    (True, True): marked("mundur {n} hari kerja"),
    (False, True): marked("maju {n} hari kerja"),
    (True, False): marked("mundur {n} menit kerja"),
    (False, False): marked("maju {n} menit kerja"),
}


def shift_words(move: Move) -> str:
    """How far a deadline moves, in working time: 'mundur 1 hari kerja'."""
    if move.new.due == move.old.due:
        return say("hanya peringatannya")
    text = SHIFTS[move.new.due > move.old.due, move.days != 0]
    return count(text, text, abs(move.days) or abs(move.shift) // timedelta(minutes=1))
