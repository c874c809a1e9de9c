"""What a person typed into a small form of the house, read field by field; everything wrong is told at once."""

import re
from collections.abc import Collection, Container, Mapping
from datetime import date

from engine.errors import BadForm, BadValue, FieldError

Typed = Mapping[str, str]
LETTER = re.compile(r"[\w ./-]{3,60}")  # the number of a letter
DAY = re.compile(r"(?:19|20|21)\d\d-\d\d-\d\d")  # of an office; one of long ago or far ahead is a slip
LONGEST = 200  # characters of a line
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # no keyboard writes them into a form


class Reader:
    """Reads the fields of one form; `errors` is what is wrong with them so far. A field that nobody reads is wrong."""

    def __init__(self, typed: Typed) -> None:
        self.typed, self.errors, self.known = typed, list[FieldError](), set[str]()

    def wrong(self, field: str, text: str, /, **values: str) -> None:
        """One thing more that is wrong."""
        self.errors.append(FieldError(field, text, tuple(values.items())))

    def text(self, field: str, missing: str = "", most: int = LONGEST) -> str:
        """A text without what surrounds it; `missing` is what to say where there must be one."""
        text = self._raw(field).strip()  # as browsers count what may be typed
        if missing and not text:
            self.wrong(field, missing)
        if len(text) > most:
            self.wrong(field, "Isian ini paling panjang {most} huruf.", most=str(most))
        return text

    def letter(self, field: str = "letter") -> str:
        """The number of a letter or decree."""
        text = self.text(field)
        if len(text) <= LONGEST and not LETTER.fullmatch(text):
            self.wrong(field, "Nomor surat 3 sampai 60 huruf, angka, spasi, titik, garis miring atau strip.")
        return text

    def day(self, field: str, needed: bool = True) -> date | None:
        """A date as browsers send it; None where it may be empty and is, or is wrong."""
        text = self._raw(field).strip()
        if not text and not needed:
            return None
        try:
            found = date.fromisoformat(text) if DAY.fullmatch(text) else None
        except ValueError:
            found = None
        if found is None:
            unread = "Tanggal ditulis tahun-bulan-hari, misalnya 2026-11-23."
            self.wrong(field, unread if text else "Tanggal harus diisi.")
        return found

    def days(self, begins: str = "begins", ends: str = "ends", needed: bool = False) -> tuple[date, date | None]:
        """The first and the last day of something; the last may be open unless it is `needed`."""
        first, last = self.day(begins), self.day(ends, needed)
        if first and last and last < first:
            self.wrong(ends, "Hari terakhir sebelum hari pertama.")
        return first or date.min, last

    def choice(self, field: str, known: Container[str], text: str = "Pilih dari daftar.") -> str:
        """One of what is known, character by character: a name of a model may hold blanks and lines, and browsers send
        the ends of lines their own way."""
        chosen = self._raw(field)
        if chosen not in known:
            self.wrong(field, text)
        return chosen

    def ticked(self, field: str) -> bool:
        """Whether a box was ticked; one that was not is not sent."""
        return self._raw(field) == "1"

    def check(self, later: Collection[str] = ()) -> None:
        """Raises BadForm if anything is wrong, or a field was sent that nobody has read or will read `later`."""
        for field in sorted(self.typed.keys() - self.known.union(later)):
            self.wrong(field, "Isian {name} tidak dikenal dalam formulir ini.", name=field[:LONGEST])
        if self.errors:
            raise BadForm(self.errors)

    def _raw(self, field: str) -> str:
        self.known.add(field)
        text = self.typed.get(field, "").replace("\r\n", "\n")
        if UNSEEN.search(text):
            self.wrong(field, "Isian ini memuat karakter yang tidak dapat ditulis. Ketik ulang isiannya.")
        return text


def required(text: str, missing: str, most: int) -> str:
    """The text of a form with one field, read as those of all others. Raises BadValue, which says what is wrong."""
    read = Reader({"": text})
    found = read.text("", missing, most)
    for error in read.errors:
        raise BadValue(error.text, **dict(error.values))
    return found
