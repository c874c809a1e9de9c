"""The kinds of fields, one row each: how text becomes a value, how a value becomes text, what to say when it cannot."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from engine.errors import BadValue
from engine.forms import texts
from engine.forms.shape import Field
from engine.values import Value, checked, number_text

LONGEST_LINE, LONGEST_TEXT = 1000, 10_000


@dataclass(frozen=True)
class Kind:
    """`read` gives None for what it cannot read; `write` is the text in the input, `show` the text people read."""

    read: Callable[[str], Value]
    sentence: str
    of: tuple[type, ...] = (str,)
    write: Callable[[Value], str] = str
    show: Callable[[Value], str] = str
    keyboard: str = ""  # the HTML inputmode
    longest: int = 100  # characters of text that are read at all


def _line(text: str) -> str | None:
    return text if all(letter.isprintable() for letter in text) else None


def _lines(text: str) -> str | None:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if all(letter.isprintable() or letter in "\n\t" for letter in text) else None


def _number_of(least: int, most: int) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        bare = texts.digits(text)
        return bare if bare is not None and least <= len(bare) <= most else None

    return read


def _letter_number(text: str) -> str | None:
    return text if re.fullmatch(r"[A-Za-z0-9_ ./-]{3,60}", text) else None


def _pattern(pattern: str) -> Callable[[str], str | None]:
    return lambda text: text if re.fullmatch(pattern, text) else None


def _yes_text(value: Value) -> str:
    return "ya" if value else "tidak"


KINDS: dict[str, Kind] = {
    "text": Kind(_line, "{label} memuat tanda yang tidak dapat dipakai.", longest=LONGEST_LINE),
    "textarea": Kind(_lines, "{label} memuat tanda yang tidak dapat dipakai.", longest=LONGEST_TEXT),
    "rupiah": Kind(
        texts.read_rupiah, "{label} harus berupa nilai rupiah, misalnya 1.234.567 atau 1.234.567,50.",
        (Decimal,), texts.write_rupiah, texts.rupiah_text, "decimal",
    ),
    "integer": Kind(
        texts.read_integer, "{label} harus berupa bilangan bulat, misalnya 12.",
        (Decimal,), texts.write_number, texts.write_number, "numeric",
    ),
    "number": Kind(
        texts.read_number, "{label} harus berupa angka, misalnya 12 atau 12,5.",
        (Decimal,), texts.write_number, texts.write_number, "decimal",
    ),
    "date": Kind(
        texts.read_date, "{label} harus berupa tanggal, misalnya 23-11-2026 atau 23 November 2026.",
        (date,), date.isoformat, texts.date_text,
    ),
    "time": Kind(
        texts.read_time, "{label} harus berupa jam, misalnya 09.30.",
        (time,), lambda value: f"{value:%H:%M}", lambda value: f"{value:%H.%M}",
    ),
    "checkbox": Kind(
        texts.read_yes, "{label} hanya dapat dicentang atau dikosongkan.", (bool,), _yes_text, _yes_text
    ),
    "nip": Kind(
        texts.read_nip,
        "{label} harus NIP 18 angka yang diawali tanggal lahir (tttt bb hh); Anda mengisi {count} angka.",
        show=texts.nip_text, keyboard="numeric",
    ),
    "npwp": Kind(_number_of(15, 16), "{label} harus 15 atau 16 angka; Anda mengisi {count} angka.", keyboard="numeric"),
    "nib": Kind(_number_of(13, 13), "{label} harus 13 angka; Anda mengisi {count} angka.", keyboard="numeric"),
    "kode_rup": Kind(
        _number_of(7, 10), "{label} harus 7 sampai 10 angka; Anda mengisi {count} angka.", keyboard="numeric"
    ),
    "kode_tender": Kind(
        _number_of(8, 12), "{label} harus 8 sampai 12 angka; Anda mengisi {count} angka.", keyboard="numeric"
    ),
    "nomor_surat": Kind(
        _letter_number, "{label} harus 3 sampai 60 huruf, angka, spasi, titik, garis miring atau tanda hubung."
    ),
    "email": Kind(_pattern(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+"), "{label} harus alamat surel.", keyboard="email"),
    "phone": Kind(_pattern(r"\+?[0-9][0-9 ()-]{5,18}"), "{label} harus berupa nomor telepon.", keyboard="tel"),
}  # fmt: skip
CHOICES = ("choice", "checklist")
COMPUTED = "computed"


def empty(field: Field) -> Value:
    """What a field holds that nobody filled in."""
    return {"checkbox": False, "checklist": []}.get(field.kind)


def is_empty(value: Value) -> bool:
    """Whether nothing was filled in, ticked or chosen."""
    return value is None or value is False or value == "" or value == []


def convert(field: Field, raw: Value) -> Value:
    """The value of a field: from the text of a page, or from typed data of a shell. Raises BadValue with a sentence."""
    raw = raw.strip() if isinstance(raw, str) else raw
    if raw is None or raw == "" or raw == []:
        return empty(field)
    if field.kind in CHOICES:
        return _chosen(field, raw)
    kind = KINDS[field.kind]
    text = _text_of(kind, raw)
    value = kind.read(text) if text is not None and len(text) <= kind.longest else None
    if value is None:
        count = str(sum(letter.isdigit() for letter in text or ""))
        if text is not None and len(text) > kind.longest:
            raise wrong(field, "{label} terlalu panjang: paling banyak {limit} huruf.", limit=str(kind.longest))
        raise wrong(field, kind.sentence, count=count)
    return checked(value)


def wrong(field: Field, sentence: str, **values: str) -> BadValue:
    """The refusal of one field's value, in a sentence that names the field."""
    return BadValue(sentence, label=field.label, **values)


def input_text(field: Field, value: Value) -> str:
    """The text that stands in the field's input for this value."""
    kind = KINDS.get(field.kind)
    return kind.write(value) if kind and _is(kind, value) else plain_text(value)


def text(field: Field, value: Value) -> str:
    """A stored value as people read it: `Rp 1.234.567`, `3 Februari 2026`, the label of a choice; null is empty."""
    if field.kind in CHOICES:
        labels = {option.value: option.label for option in field.options}
        chosen = value if isinstance(value, list) else [] if value is None else [value]
        said = [plain_text(one) for one in chosen]
        return ", ".join(labels.get(one, one) for one in said)
    kind = KINDS.get(field.kind)
    return kind.show(value) if kind and _is(kind, value) else plain_text(value)


def plain_text(value: Value) -> str:
    """A value as people read it, where no field says more about it."""
    match value:
        case None:
            return ""
        case bool():
            return _yes_text(value)
        case Decimal() | int():
            return texts.write_number(Decimal(value))
        case datetime():
            return f"{texts.date_text(value)}, {value:%H.%M}"
        case date():
            return texts.date_text(value)
        case list():
            return ", ".join(plain_text(item) for item in value)
        case dict():
            return ", ".join(f"{key}: {plain_text(item)}" for key, item in value.items())
    return str(value)


def _is(kind: Kind, value: Value) -> bool:
    if isinstance(value, bool | datetime):  # a bool is an int and a datetime is a date, but not to us
        return isinstance(value, bool) and bool in kind.of
    return isinstance(value, kind.of)


def _text_of(kind: Kind, raw: Value) -> str | None:
    """The text to read: typed data is written first, so that one reader holds every rule."""
    if isinstance(raw, str):
        return raw
    if str in kind.of and isinstance(raw, Decimal) and raw == raw.to_integral_value():
        return number_text(raw)  # a code that a shell wrote without quotes
    return kind.write(raw) if _is(kind, raw) else None


def _chosen(field: Field, raw: Value) -> Value:
    known = [option.value for option in field.options]
    asked = raw if isinstance(raw, list) and field.kind == "checklist" else [raw]
    if any(one not in known for one in asked):
        raise wrong(field, "Pilihan untuk {label} tidak ada dalam daftar.")
    return [one for one in known if one in asked] if field.kind == "checklist" else asked[0]
