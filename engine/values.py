"""The only codec of values: null, boolean, decimal, string, date, time, date-time, duration, list, context. No floats.

Stored and hashed values use one tagged JSON form: strings, booleans, null, lists and contexts stand for themselves,
everything else is an object with one key that begins with "$". A context's own keys beginning with "$" are doubled.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal, DecimalException
from typing import Any

import isodate
import simplejson

from engine.errors import BadValue

NUMBERS = Context(prec=34)  # decimal128, as FEEL has it
LONGEST_NUMBER = 400  # characters of a number that is read
DEEPEST = 60  # levels of nesting that are read
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


@dataclass(frozen=True, order=True)
class Months:
    """A FEEL years-and-months duration; a days-and-time duration is a timedelta."""

    count: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.count), 12)
        body = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"{'-' if self.count < 0 else ''}P{body}"


Value = (
    Any  # None | bool | Decimal | str | date | time | datetime | timedelta | Months | list[Value] | dict[str, Value]
)


def encode(value: Value) -> Any:
    """The tagged form of a value, ready for JSON. Raises BadValue for anything that is not a value."""
    match value:
        case None | bool() | str():
            return _text(value) if isinstance(value, str) else value
        case int() | Decimal():
            return {"$n": number_text(Decimal(value))}
        case datetime():
            return {"$dt": _offset(value).isoformat()}
        case date():
            return {"$d": value.isoformat()}
        case time():
            return {"$t": value.isoformat()}
        case timedelta() | Months():
            return {"$p": duration_text(value)}
        case list() | tuple():
            return [encode(item) for item in value]
        case dict():
            return {("$" + key if key.startswith("$") else key): encode(item) for key, item in value.items()}
    raise BadValue("Jenis nilai {kind} tidak dikenal.", kind=type(value).__name__)


_DECODERS: dict[str, Callable[[str], Value]] = {
    "$n": Decimal,
    "$d": date.fromisoformat,
    "$t": time.fromisoformat,
    "$dt": datetime.fromisoformat,
    "$p": lambda text: read_duration(text),
}


def decode(data: Any) -> Value:
    """The value behind its tagged form."""
    if isinstance(data, list):
        return [decode(item) for item in data]
    if isinstance(data, dict):
        if len(data) == 1:
            [(tag, text)] = data.items()
            if tag in _DECODERS:
                return _DECODERS[tag](text)
        return {key[1:] if key.startswith("$$") else key: decode(item) for key, item in data.items()}
    return data


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def canonical(data: Any) -> bytes:
    """The canonical JSON bytes of tagged data: RFC 8785 for ASCII keys and no floats. What hashes are taken of."""
    return _CANONICAL.encode(data).encode()


def to_json(data: Any, indent: int | None = None) -> str:
    """JSON for the outside: numbers as JSON numbers, dates, times and durations as ISO strings."""
    return simplejson.dumps(_plain(data), use_decimal=True, ensure_ascii=False, indent=indent)


def from_json(text: str | bytes) -> Value:
    """Read JSON strictly: decimals, no NaN, no duplicate keys, bounded depth. Raises BadValue."""
    try:
        data = json.loads(
            text, parse_float=number, parse_int=number, parse_constant=_refuse_constant, object_pairs_hook=unique_keys
        )
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadValue("JSON tidak terbaca: {why}.", why=str(error)) from error
    return checked(data)


def number(text: str) -> Decimal:
    """A decimal of at most 34 digits. Raises BadValue."""
    try:
        if len(text) > LONGEST_NUMBER:
            raise BadValue("Angka terlalu panjang.")
        value = NUMBERS.create_decimal(text)
    except DecimalException as error:
        raise BadValue("{text} bukan angka.", text=text[:40]) from error
    if not value.is_finite():
        raise BadValue("{text} bukan angka.", text=text[:40])
    return value


def number_text(value: Decimal) -> str:
    """One text a number, however it was written: 1.50 and 1.5 are the same."""
    if not value.is_finite():
        raise BadValue("{text} bukan angka.", text=str(value))
    value = NUMBERS.normalize(value) if value else Decimal(0)
    return format(value, "f") if -40 < value.adjusted() < 40 else str(value)


def read_duration(text: str) -> timedelta | Months:
    """An ISO 8601 duration: of days and time, or of years and months, never both. Raises BadValue."""
    try:
        value: Any = isodate.parse_duration(text)
    except (isodate.ISO8601Error, TypeError, OverflowError) as error:
        raise BadValue("{text} bukan lama waktu ISO 8601.", text=text[:40]) from error
    plain = isinstance(value, timedelta)
    if plain and not set("YM") & set(text.upper().partition("T")[0]):
        return timedelta(value.days, value.seconds, value.microseconds)
    months, rest = (0, value) if plain else (value.years * 12 + value.months, value.tdelta)
    if rest or months != int(months):
        raise BadValue("{text} mencampur bulan dengan hari.", text=text[:40])
    return Months(int(months))


def duration_text(value: timedelta | Months) -> str:
    """The ISO 8601 text of a duration."""
    return str(value) if isinstance(value, Months) else str(isodate.duration_isoformat(value))


def unique_keys(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    """A context of these pairs. Raises BadValue where a key stands twice."""
    context = dict(pairs)
    if len(context) != len(pairs):
        raise BadValue("Satu nama tertulis dua kali.")
    return context


def checked(value: Value, depth: int = 0) -> Value:
    """The same value, if it is no deeper than we read and all its text can be stored. Raises BadValue."""
    if depth > DEEPEST:
        raise BadValue("Data bersarang terlalu dalam.")
    if isinstance(value, str):
        _text(value)
    elif isinstance(value, list):
        for item in value:
            checked(item, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            _text(key)
            checked(item, depth + 1)
    return value


def _text(value: str) -> str:
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise BadValue("Teks memuat tanda yang tidak dapat disimpan.")
    return value


def _offset(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise BadValue("Tanggal dan jam tanpa zona waktu.")
    return value


def _refuse_constant(text: str) -> Value:
    raise BadValue("{text} bukan angka.", text=text)


def _plain(value: Any) -> Any:
    match value:
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta() | Months():
            return duration_text(value)
        case Decimal():
            return int(value) if value == value.to_integral_value() and value.adjusted() < 40 else value
        case list() | tuple():
            return [_plain(item) for item in value]
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
    return value
