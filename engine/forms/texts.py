"""Indonesian text to values and back: rupiah, numbers, dates, numbers of persons, firms and letters.

Every `read_` function returns None for text that it cannot read without guessing.
"""

import re
from datetime import date, time
from decimal import Decimal

from engine.values import number_text

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
_SHORT = {"jan": 1, "feb": 2, "peb": 2, "mar": 3, "apr": 4, "mei": 5, "jun": 6, "jul": 7, "agu": 8, "agt": 8, "ags": 8}
_SHORT |= {"sep": 9, "sept": 9, "okt": 10, "nov": 11, "nop": 11, "des": 12}
_MONTH = {name.lower(): number for number, name in enumerate(MONTHS, 1)} | _SHORT
_GROUPED = r"(?P<whole>[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)"
_RUPIAH = re.compile(rf"(?:rp\.?)?\s*{_GROUPED}(?:,(?P<part>[0-9]{{1,2}}|-))?", re.IGNORECASE)
_NUMBER = re.compile(rf"(?P<sign>-?){_GROUPED}(?:,(?P<part>[0-9]{{1,20}}))?")
_DATES = (
    re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})"),
    re.compile(r"(?P<d>[0-9]{1,2})(?P<sep>[-/.])(?P<m>[0-9]{1,2})(?P=sep)(?P<y>[0-9]{4})"),
    re.compile(r"(?P<d>[0-9]{1,2})[ -](?P<name>[A-Za-z]{3,9})\.?[ -](?P<y>[0-9]{4})"),
)
MOST_RUPIAH = Decimal(10) ** 16  # Decimal(18, 2)
YES, NO = ("on", "true", "1", "ya"), ("off", "false", "0", "tidak")


def read_rupiah(text: str) -> Decimal | None:
    """An amount of rupiah of at most 16 digits and 2 decimals: `Rp 1.234.567,00`, `1.234.567`, `1234567`, `500,-`."""
    found = _RUPIAH.fullmatch(_spaces(text))
    if not found:
        return None
    value = Decimal(found["whole"].replace(".", "") + "." + (found["part"] or "0").replace("-", "0"))
    return value if value < MOST_RUPIAH else None


def write_rupiah(value: Decimal) -> str:
    """The amount as it is typed: `1.234.567`, with two decimals only where there are any."""
    whole, _, part = number_text(value).partition(".")
    return f"{_dotted(whole)},{part.ljust(2, '0')}" if part else _dotted(whole)


def rupiah_text(value: Decimal) -> str:
    """The amount as people read it: `Rp 1.234.567`, `Rp 1.234.567,50`."""
    return f"Rp {write_rupiah(value)}"


def read_number(text: str) -> Decimal | None:
    """A decimal number in Indonesian writing: dots between thousands, a comma before decimals."""
    found = _NUMBER.fullmatch(_spaces(text))
    if not found or len(found["whole"]) > 30:
        return None
    return Decimal(f"{found['sign']}{found['whole'].replace('.', '')}.{found['part'] or '0'}")


def read_integer(text: str) -> Decimal | None:
    """A whole number of at most 18 digits, written without dots."""
    return Decimal(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None


def write_number(value: Decimal) -> str:
    """The number with a comma before its decimals and no dots, as it is typed."""
    return number_text(value).replace(".", ",")


def read_date(text: str) -> date | None:
    """A date from 1900 to 2199: `2026-02-03`, `03-02-2026`, `3/2/2026`, `3 Februari 2026`, `3 Feb 2026`."""
    for pattern in _DATES:
        if found := pattern.fullmatch(_spaces(text)):
            parts = found.groupdict()
            month = _MONTH.get(parts["name"].lower(), 0) if "name" in parts else int(parts["m"])
            return make_date(int(parts["y"]), month, int(parts["d"]))
    return None


def make_date(year: int, month: int, day: int) -> date | None:
    """The date of these numbers, or None if the calendar has no such day (1900 to 2199)."""
    try:
        return date(year, month, day) if 1900 <= year < 2200 else None
    except ValueError:
        return None


def date_text(value: date) -> str:
    """The date as people read it: `3 Februari 2026`."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def read_time(text: str) -> time | None:
    """A time of day: `09:30` or `09.30`."""
    found = re.fullmatch(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?::00)?", text)
    return time(int(found[1]), int(found[2])) if found else None


def read_yes(text: str) -> bool | None:
    """A ticked box: yes or no."""
    return True if text.lower() in YES else False if text.lower() in NO else None


def digits(text: str) -> str | None:
    """The digits of a number in which spaces, dots and dashes may stand; None where anything else does."""
    bare = re.sub(r"[\s.\-]", "", text)
    return bare if re.fullmatch(r"[0-9]+", bare) else None


def read_nip(text: str) -> str | None:
    """A NIP of 18 digits that begin with a date of birth; spaces allowed. What PNS and PPPK have in common."""
    bare = digits(text)
    if bare is None or len(bare) != 18 or not _birth(bare):
        return None
    return bare


def is_pns(nip: str) -> bool:
    """Whether 18 digits obey the rules of civil servants: yyyymm of appointment after birth, 1 or 2, a serial."""
    birth = _birth(nip)
    appointed = make_date(int(nip[8:12]), int(nip[12:14]), 1)
    return bool(birth and appointed and appointed > birth and nip[14] in "12" and nip[15:] != "000")


def nip_text(nip: str) -> str:
    """A NIP in its four parts."""
    return f"{nip[:8]} {nip[8:14]} {nip[14:15]} {nip[15:]}"


def _birth(nip: str) -> date | None:
    return make_date(int(nip[:4]), int(nip[4:6]), int(nip[6:8]))


def _spaces(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _dotted(whole: str) -> str:
    return re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", ".", whole)
