"""The words of the pages: Indonesian is written, English is a catalogue; and how instants, deadlines and money read."""

import gettext
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, has_request_context, request

from engine import calendars, clock, tasks, worktime
from engine.errors import BadTime, EngineError, FieldError
from engine.model import Instance, Timer, WorkItem
from engine.people import ZONE, today
from webapp.security import cookie
from webapp.store import db

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
COOKIE = "sopan_bahasa"
CATALOGUE = Path(__file__).parent / "translations" / "en.po"
DAYS = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = {
    "id": (
        "Januari", "Februari", "Maret", "April", "Mei", "Juni",
        "Juli", "Agustus", "September", "Oktober", "November", "Desember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
SHORT_MONTHS = {"Agustus": "Agu"}
POINT = {"id": ".", "en": ":"}  # between hours and minutes
KILO = 1000


def marked(text: str) -> str:
    """A sentence that is translated where it is used, not where it stands."""
    return text


LEFT = {  # (unit, late) -> words
    ("hari kerja", False): marked("sisa {n} hari kerja"),
    ("jam kerja", False): marked("sisa {n} jam kerja"),
    ("menit kerja", False): marked("sisa {n} menit kerja"),
    ("hari kerja", True): marked("terlambat {n} hari kerja"),
    ("jam kerja", True): marked("terlambat {n} jam kerja"),
    ("menit kerja", True): marked("terlambat {n} menit kerja"),
}


@dataclass(frozen=True)
class Deadline:
    """How far a work item is from its due date: in words of working time, and how urgent that is."""

    kind: str  # "late" | "warn" | "ok" | "none"
    words: str
    due: datetime | None = None

    @property
    def icon(self) -> str:
        return "bang" if self.kind == "late" else "clock"


@dataclass(frozen=True)
class Used:
    """How much of its working time a work item has used, in per cent, and at how much the warning stands."""

    percent: int
    warn: int | None
    over: bool


@lru_cache(maxsize=1)
def english() -> gettext.GNUTranslations:
    """The English catalogue, compiled in memory."""
    compiled = BytesIO()
    with CATALOGUE.open("rb") as file:
        write_mo(compiled, read_po(file, locale="en"))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def language() -> str:
    """The language of the page that is being made; Indonesian where there is none."""
    if not has_request_context():
        return "id"
    if "language" not in g:
        asked = request.cookies.get(cookie(COOKIE), "id")
        g.language = asked if asked in LANGUAGES else "id"
    return str(g.language)


def say(text: str, /, **values: Any) -> str:
    """A sentence in the language of the page; `values` fill its {placeholders} after translation."""
    found = english().gettext(text) if language() == "en" and text else text
    return found.format(**values) if values else found


def count(one: str, many: str, number: int, /, **values: Any) -> str:
    """The same for a sentence about a number, which fills {n} (or `n` does). Indonesian has one form for all."""
    found = english().ngettext(one, many, number) if language() == "en" else many
    return found.format(**{"n": number} | values)


def many(number: int) -> str:
    """A number that is counted no further than tasks.MOST."""
    return f"{number}+" if number >= tasks.MOST else str(number)


def translated(error: EngineError | FieldError) -> str:
    """What the engine refused, in the language of the page."""
    values = dict(error.values)
    if "at" in values:  # a clock, with a dot as the engine writes it
        values["at"] = values["at"].replace(".", POINT[language()])
    return say(error.text, **values)


def day(at: datetime, *, short: bool = False) -> str:
    """'Senin 23 November 2026', or 'Sen 23 Nov' (with the year where it is another one than today's)."""
    local, tongue = at.astimezone(ZONE), language()
    name, month = DAYS[tongue][local.weekday()], MONTHS[tongue][local.month - 1]
    if not short:
        return f"{name} {written(local)}"
    year = "" if local.year == today().year else f" {local.year}"
    return f"{name[:3]} {local.day} {SHORT_MONTHS.get(month, month[:3])}{year}"


def hour(at: datetime) -> str:
    """'09.40' in Pontianak."""
    return at.astimezone(ZONE).strftime(f"%H{POINT[language()]}%M")


def written(on: date) -> str:
    """'23 November 2026'."""
    return f"{on.day} {MONTHS[language()][on.month - 1]} {on.year}"


def weekday(on: date) -> str:
    """'Senin 23 November 2026'."""
    return f"{DAYS[language()][on.weekday()]} {written(on)}"


def moment(at: datetime | None) -> str:
    """'Sen 23 Nov, 09.40'."""
    return f"{day(at, short=True)}, {hour(at)}" if at else "-"


def full(at: datetime | None) -> str:
    """'Senin 23 November 2026, 09.40 WIB'."""
    return f"{day(at)}, {hour(at)} WIB" if at else "-"


def size(number: int) -> str:
    """'412 KB', '1,8 MB'."""
    if number < KILO * KILO:
        return f"{max(1, round(number / KILO))} KB"
    text = f"{number / KILO / KILO:.1f} MB".replace(".0 ", " ")
    return text.replace(".", ",") if language() == "id" else text


def deadline(item: WorkItem) -> Deadline:
    """How far an open work item is from its due date, now."""
    if item.due_at is None:
        return Deadline("none", say("tenggat dijeda") if item.calendar else say("tanpa tenggat"))
    return _until(item.due_at, item.warn_at, item.calendar, item.instance)


def limit(timer: Timer, warn: datetime | None, instance: Instance) -> Deadline:
    """How far it is to the time limit of a whole case or a part of it, now."""
    if timer.held_at:
        return Deadline("none", say("tenggat dijeda"))
    return _until(timer.due_at, warn, timer.calendar, instance)


def _until(due: datetime, warn: datetime | None, calendar: str, instance: Instance) -> Deadline:
    now = clock.business()
    words = _left(worktime.remaining(now, due, _office(calendar, instance)))
    if due < now:
        return Deadline("late", words, due)
    near = warn is not None and warn <= now
    return Deadline("warn" if near or today(due) == today(now) else "ok", words, due)


def used(item: WorkItem) -> Used | None:
    """How much of its working time a work item has used; None without a due date, or beyond the calendar's years."""
    if item.due_at is None:
        return None
    office, end = _office(item.calendar, item.instance), item.closed_at or clock.business()
    try:
        whole = worktime.elapsed(item.opened_at, item.due_at, office)
        warned = worktime.elapsed(item.opened_at, item.warn_at, office) if item.warn_at else None
        so_far = worktime.elapsed(item.opened_at, min(end, item.due_at), office)
    except BadTime:
        return None
    if not whole:
        return None
    return Used(round(100 * so_far / whole), round(100 * warned / whole) if warned else None, end > item.due_at)


def _office(calendar: str, instance: Instance) -> worktime.Calendar:
    """A calendar that counts in a case, as it is now."""
    key = calendar.partition("@")[0] or worktime.DEFAULT
    return calendars.book(db.session(), instance.calendars).calendar(key)


def _left(left: worktime.Left) -> str:
    """'sisa 6 jam kerja', 'terlambat 2 hari kerja'."""
    if not left.amount:
        return say("terlambat kurang dari 1 menit kerja") if left.late else say("sisa kurang dari 1 menit kerja")
    text = LEFT[left.unit, left.late]
    return count(text, text, left.amount)


def greeting() -> str:
    """'Selamat pagi', by the hour in Pontianak."""
    at = clock.business().astimezone(ZONE).hour
    if at < 11:
        return say("Selamat pagi")
    return say("Selamat siang") if at < 15 else say("Selamat sore") if at < 19 else say("Selamat malam")


def initials(name: str) -> str:
    """'RS' for Rahmawati Siregar."""
    parts = [part for part in name.split() if part[0].isalpha() and not part.endswith((".", ","))]
    return "".join(part[0].upper() for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)) or "?"


def teach(app: Flask) -> None:
    """Give the templates these words."""
    english()  # a broken catalogue stops the start, not a page
    filters = {
        "day": day,
        "date": written,
        "weekday": weekday,
        "hour": hour,
        "moment": moment,
        "full": full,
        "filesize": size,
        "initials": initials,
    }
    app.jinja_env.filters.update(filters, many=many)
    functions = {"_": say, "_n": count, "deadline": deadline, "language": language, "greeting": greeting}
    app.jinja_env.globals.update(functions, translated=translated, LANGUAGES=LANGUAGES, now=clock.business)
