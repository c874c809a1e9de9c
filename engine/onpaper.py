"""What was done on paper first ("dikerjakan di kertas dahulu") and is entered afterwards: the day it happened, and why.

The event keeps both: `at` is when it was entered and stays true, `happened` is what the paper says. Deadlines go by the
entry; whether the paper was in time is for people to read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any

from engine import clock, forms, history
from engine.errors import BadValue, FieldError
from engine.forms import Field
from engine.people import ZONE, today
from engine.values import Value

DAY, HOUR, BASIS = "kertas-hari", "kertas-jam", "kertas-dasar"  # no field of a form has such a name
FIELDS = (Field(DAY, "Tanggal kejadian", "date"), Field(HOUR, "Jam kejadian", "time"), Field(BASIS, "Dasar", "text"))
LEAST, MOST = 3, 200  # characters of a basis
OLDEST = date(2000, 1, 1)  # an earlier year is a slip
NAMES = tuple(field.key for field in FIELDS)
ASIDE = history.aside("dasar")
Sent = Mapping[str, str]
NONE: Sent = MappingProxyType({})  # nothing was said about paper


@dataclass(frozen=True)
class OnPaper:
    """When something happened on paper, and by which letter or for which reason it is entered afterwards."""

    day: date
    hour: time | None
    basis: str

    @property
    def at(self) -> datetime:
        """The instant; without an hour the first of the day."""
        return datetime.combine(self.day, self.hour or time.min, ZONE)


def read(sent: Sent, after: datetime | None = None) -> tuple[OnPaper | None, list[FieldError]]:
    """What was sent about paper: nothing if nobody said anything; and all that is wrong with it. `after` is when what
    led here had happened."""
    values, errors = dict[str, Value](), list[FieldError]()
    for field in FIELDS:
        try:
            values[field.key] = forms.convert(field, sent.get(field.key, ""))
        except BadValue as error:
            errors.append(FieldError(field.key, error.text, tuple(error.values.items())))
    day, hour, basis = (values.get(field.key) for field in FIELDS)
    if errors or not any(values.values()):
        return None, errors
    assert hour is None or isinstance(hour, time)
    if not isinstance(day, date):
        return None, [FieldError(DAY, "Isi tanggal kejadian di kertas, atau kosongkan semuanya.")]
    found = OnPaper(day, hour, str(basis or ""))
    return found, list(_faults(found, after))


def _faults(found: OnPaper, after: datetime | None) -> Iterator[FieldError]:
    now = clock.business()
    if found.day > today(now) or found.at > now:
        yield FieldError(DAY, "Tanggal kejadian tidak boleh di masa depan.")
    elif found.day < OLDEST:
        yield FieldError(DAY, "Periksa tahun tanggal kejadian.")
    elif after and (found.at < after if found.hour else found.day < today(after)):
        then = (("at", forms.plain_text(after.astimezone(ZONE))),)
        yield FieldError(DAY, "Tanggal kejadian tidak boleh sebelum langkah sebelumnya terjadi, {at}.", then)
    if not LEAST <= len(found.basis) <= MOST:
        long = (("least", str(LEAST)), ("most", str(MOST)))
        yield FieldError(BASIS, "Tuliskan dasarnya: nomor surat atau alasan, {least} sampai {most} huruf.", long)


def told(found: OnPaper | None, due: datetime | None = None) -> dict[str, Any]:
    """What an event tells of it in its body, with the due date that the step had."""
    if found is None:
        return {}
    happened = found.at if found.hour else found.day
    return {"happened": happened.isoformat()} | ({"due": due.isoformat()} if due else {})


def aside(found: OnPaper | None) -> dict[str, Value]:
    """What an event keeps of it in its erasable openings."""
    return {ASIDE: found.basis} if found else {}


def happened(body: Mapping[str, Any]) -> datetime | None:
    """When something happened on paper, as its event tells it; a day counts from its first moment."""
    text = body.get("happened")
    if text is None:
        return None
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=ZONE)


def in_time(body: Mapping[str, Any]) -> bool | None:
    """Whether the paper was in time; None where there was no due date. A day without an hour is judged by the day."""
    at, due = happened(body), body.get("due")
    if at is None or due is None:
        return None
    limit = datetime.fromisoformat(due)
    return at <= limit if "T" in body["happened"] else today(at) <= today(limit)
