"""CSV files as offices make them: UTF-8, a comma or a semicolon between cells, a first line that names the columns."""

import csv
import io

from engine.errors import BadValue, FieldError

Row = tuple[int, dict[str, str]]  # the number of its line, and its cells by column


def rows(raw: bytes, columns: tuple[str, ...], largest: int) -> tuple[list[Row], list[FieldError]]:
    """The lines under the first, empty ones left out, and a word on each of another length. Raises BadValue."""
    if len(raw) > largest:
        raise BadValue("Berkas CSV itu terlalu besar: paling banyak {most} KB.", most=str(largest // 1000))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadValue("Berkas CSV harus berupa teks UTF-8.") from error
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in head else ",", strict=True)
    try:
        found = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise BadValue(
            "Berkas CSV tidak terbaca pada baris {line}: {why}.", line=str(reader.line_num), why=str(error)
        ) from error
    if not found or tuple(cell.lower() for cell in found[0][1]) != columns:
        raise BadValue("Baris pertama berkas CSV harus: {columns}.", columns=",".join(columns))
    text, wanted = "Baris {line}: harus ada {wanted} kolom, bukan {n}.", ("wanted", str(len(columns)))
    wrong = [(str(number), str(len(cells))) for number, cells in found[1:] if len(cells) != len(columns)]
    errors = [FieldError(line, text, (("line", line), wanted, ("n", n))) for line, n in wrong]
    good = [(number, cells) for number, cells in found[1:] if len(cells) == len(columns)]
    return [(number, dict(zip(columns, cells, strict=True))) for number, cells in good], errors
