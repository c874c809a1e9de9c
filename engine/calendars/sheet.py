"""A year's SKB as CSV: columns tanggal, nama, jenis, sumber. Wrong lines are named; a file is read whole or not."""

from datetime import date

from engine import sheet
from engine.calendars.content import Holiday, HolidayKind
from engine.errors import BadForm, BadValue, FieldError

COLUMNS = ("tanggal", "nama", "jenis", "sumber")
LARGEST = 200_000  # bytes


def read_sheet(raw: bytes) -> list[Holiday]:
    """The holidays of a CSV file (UTF-8; comma or semicolon). Raises BadValue, BadForm with every wrong line."""
    found: dict[date, Holiday] = {}
    rows, errors = sheet.rows(raw, COLUMNS, LARGEST)
    for line, cells in rows:
        try:
            one = _holiday(str(line), **cells)
            if one.date in found:
                day = one.date.isoformat()
                raise BadValue("Baris {line}: tanggal {day} sudah disebut di baris lain.", line=str(line), day=day)
            found[one.date] = one
        except BadValue as error:
            errors.append(FieldError(str(line), error.text, tuple(error.values.items())))
    if errors:
        raise BadForm(sorted(errors, key=lambda error: int(error.field)))
    if not found:
        raise BadValue("Berkas CSV tidak memuat satu hari libur pun.")
    return list(found.values())


def _holiday(line: str, tanggal: str, nama: str, jenis: str, sumber: str) -> Holiday:
    try:
        when = date.fromisoformat(tanggal)
    except ValueError as error:
        raise BadValue(
            "Baris {line}: tanggal “{day}” harus ditulis seperti 2026-08-17.", line=line, day=tanggal[:40]
        ) from error
    if jenis.lower() not in set(HolidayKind):
        known = ", ".join(HolidayKind)
        raise BadValue(
            "Baris {line}: jenis “{kind}” tidak dikenal. Pakai salah satu dari: {known}.",
            line=line,
            kind=jenis[:40],
            known=known,
        )
    if not nama or not sumber:
        raise BadValue("Baris {line}: nama dan sumber wajib diisi.", line=line)
    return Holiday(when, nama, HolidayKind(jenis.lower()), sumber)
