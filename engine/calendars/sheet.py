"""A year's SKB as CSV: columns tanggal, nama, jenis, sumber. Wrong lines are named; a file is read whole or not."""

import csv
import io
from datetime import date

from engine.calendars.content import Holiday, HolidayKind
from engine.errors import BadForm, BadValue, FieldError

COLUMNS = ("tanggal", "nama", "jenis", "sumber")
LARGEST = 200_000  # bytes


def read_sheet(raw: bytes) -> list[Holiday]:
    """The holidays of a CSV file (UTF-8; comma or semicolon). Raises BadValue, BadForm with every wrong line."""
    if len(raw) > LARGEST:
        raise BadValue("Berkas CSV itu terlalu besar untuk daftar hari libur satu tahun.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadValue("Berkas CSV harus berupa teks UTF-8.") from error
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in head else ",", strict=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise BadValue(
            "Berkas CSV tidak terbaca pada baris {line}: {why}.", line=str(reader.line_num), why=str(error)
        ) from error
    if not rows or tuple(cell.lower() for cell in rows[0][1]) != COLUMNS:
        raise BadValue("Baris pertama berkas CSV harus: tanggal,nama,jenis,sumber.")
    return _checked(rows[1:])


def _checked(rows: list[tuple[int, list[str]]]) -> list[Holiday]:
    found: dict[date, Holiday] = {}
    errors: list[FieldError] = []
    for line, cells in rows:
        try:
            one = _holiday(str(line), cells)
            if one.date in found:
                day = one.date.isoformat()
                raise BadValue("Baris {line}: tanggal {day} sudah disebut di baris lain.", line=str(line), day=day)
            found[one.date] = one
        except BadValue as error:
            errors.append(FieldError(str(line), error.text, tuple(error.values.items())))
    if errors:
        raise BadForm(errors)
    if not found:
        raise BadValue("Berkas CSV tidak memuat satu hari libur pun.")
    return list(found.values())


def _holiday(line: str, cells: list[str]) -> Holiday:
    if len(cells) != len(COLUMNS):
        raise BadValue("Baris {line}: harus ada 4 kolom, bukan {n}.", line=line, n=str(len(cells)))
    day, name, kind, source = cells
    try:
        when = date.fromisoformat(day)
    except ValueError as error:
        raise BadValue(
            "Baris {line}: tanggal “{day}” harus ditulis seperti 2026-08-17.", line=line, day=day[:40]
        ) from error
    if kind.lower() not in set(HolidayKind):
        known = ", ".join(HolidayKind)
        raise BadValue(
            "Baris {line}: jenis “{kind}” tidak dikenal. Pakai salah satu dari: {known}.",
            line=line,
            kind=kind[:40],
            known=known,
        )
    if not name or not source:
        raise BadValue("Baris {line}: nama dan sumber wajib diisi.", line=line)
    return Holiday(when, name, HolidayKind(kind.lower()), source)
