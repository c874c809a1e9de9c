"""Numbers, money and dates in Indonesian words, as letters spell them out."""

from datetime import date
from decimal import Decimal

from engine.forms.texts import MONTHS

ONES = (
    "nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas",
)  # fmt: skip
GROUPS = (
    (10**15, "kuadriliun"), (10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"),
    (1000, "ribu"), (100, "ratus"), (10, "puluh"),
)  # fmt: skip
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")


def spelled(number: int) -> str:
    """A number from 0 up to, but without, 10^18: 'dua puluh satu ribu', 'seribu seratus sebelas'."""
    if number < len(ONES):
        return ONES[number]
    if number < 20:
        return f"{ONES[number - 10]} belas"
    size, name = next(group for group in GROUPS if number >= group[0])
    head, rest = divmod(number, size)
    words = f"se{name}" if head == 1 and size <= 1000 else f"{spelled(head)} {name}"
    return f"{words} {spelled(rest)}" if rest else words


def spelled_rupiah(amount: Decimal) -> str:
    """'seratus juta rupiah', with sen where there are any."""
    whole, sen = divmod(int(amount * 100), 100)
    return f"{spelled(whole)} rupiah" + (f" {spelled(sen)} sen" if sen else "")


def spelled_day(day: date) -> str:
    """'Senin tanggal dua puluh tiga bulan November tahun dua ribu dua puluh enam'."""
    month, year = MONTHS[day.month - 1], spelled(day.year)
    return f"{DAYS[day.weekday()]} tanggal {spelled(day.day)} bulan {month} tahun {year}"
