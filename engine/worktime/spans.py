"""Spans of time as people write them: the words of an SOP's Waktu column, and the ISO 8601 text of a BPMN timer."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from engine.errors import BadTime, BadValue
from engine.values import Months, read_duration

Amount = timedelta | Months
DAY, HOUR, MINUTE, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
LONGEST = 200  # characters of a time that is read
CYCLE = re.compile(r"R([0-9]{0,6})/(P[0-9A-Z.]{1,40})")


class Unit(StrEnum):
    """What an amount is counted in."""

    HARI_KERJA = "hari_kerja"  #: whole working days; an amount of one day is one working day
    HARI_KALENDER = "hari_kalender"  #: whole calendar days
    HARI_KALENDER_GESER = "hari_kalender_geser"  #: the same; an end on a closed day moves to the next working day
    JAM_KERJA = "jam_kerja"  #: hours, minutes and seconds that pass in office hours only
    PLAIN = "plain"  #: elapsed time, whatever the office does


@dataclass(frozen=True)
class Span:
    """How long something may take: at most `maximum`, counted in `unit`; `minimum` where a range is written."""

    maximum: Amount
    minimum: Amount | None
    unit: Unit
    text: str = field(compare=False)  # as written
    grain: Amount = DAY  # the smallest thing the writer named: it is what "1" means and what the amount is shown in


KERJA, KALENDER, JAM, PLAIN = Unit.HARI_KERJA, Unit.HARI_KALENDER, Unit.JAM_KERJA, Unit.PLAIN
WORDS: dict[str, tuple[Unit, Amount]] = {
    "hari kerja": (KERJA, DAY),
    "hari kalender": (KALENDER, DAY),
    "hari": (KERJA, DAY),
    "x 24 jam": (PLAIN, DAY),
    "jam kerja": (JAM, HOUR),
    "menit kerja": (JAM, MINUTE),
    "detik kerja": (JAM, SECOND),
    "jam berturut-turut": (PLAIN, HOUR),
    "menit berturut-turut": (PLAIN, MINUTE),
    "detik berturut-turut": (PLAIN, SECOND),
    "bulan kalender": (PLAIN, Months(1)),
    "jam": (JAM, HOUR),
    "menit": (JAM, MINUTE),
    "detik": (JAM, SECOND),
}
SAID = {meaning: words for words, meaning in reversed(WORDS.items())}  # the first, longest spelling of each meaning
SAID[Unit.HARI_KALENDER_GESER, DAY] = "hari kalender"  # an SOP has no words for it: the model decides it
LEADS = re.compile(
    r"(?:(?:\+ ?/ ?-|±|\+|kurang lebih|sekitar|paling lambat|paling lama|selambat-lambatnya|selama-lamanya|maksimal"
    r"|maksimum|maks\.?|dalam jangka waktu|dalam waktu|dalam|selama|jangka waktu|waktu)(?![a-z]) ?:? ?)*"
)
TO = re.compile(r" ?(?:\bsampai dengan\b|\bsampai\b|\bhingga\b|\bs ?/ ?d\b|\bs\. ?d\b\.?|\bsd\b|-) ?(?=[0-9])")
PIECE = re.compile(
    r"(?P<number>[0-9]{1,6}(?:,[0-9]{1,3})?) ?(?:\((?P<spelled>[a-z ]+)\))? ?"
    rf"(?:(?P<words>{'|'.join(re.escape(words) for words in WORDS)})(?![a-z]) ?)?"
)
VAGUE = re.compile(r"[0-9) ](minggu|pekan|bulan|tahun)(?![a-z])(?! kalender)")
ISO = re.compile(
    r"P(?:[0-9]+Y)?(?:(?P<month>[0-9]+M))?(?P<week>[0-9]+W)?(?P<day>[0-9]+D)?"
    r"(?:T(?=[0-9])(?P<hour>[0-9]+H)?(?P<minute>[0-9]+M)?(?P<second>[0-9]+(?:\.[0-9]{1,6})?S)?)?"
)
ISO_GRAINS: dict[str, Amount] = {
    "second": SECOND, "minute": MINUTE, "hour": HOUR, "day": DAY, "week": 7 * DAY, "month": Months(1)
}  # fmt: skip
FITS = {
    KERJA: ({"day"}, "hari kerja memakai hari saja, mis. P5D"),
    KALENDER: ({"day", "week"}, "hari kalender memakai hari atau minggu, mis. P60D"),
    Unit.HARI_KALENDER_GESER: ({"day", "week"}, "hari kalender memakai hari atau minggu, mis. P60D"),
    JAM: ({"hour", "minute", "second"}, "jam kerja memakai jam, menit, atau detik, mis. PT60M"),
    PLAIN: (set(ISO_GRAINS), ""),
}


def read_sop(text: str) -> Span:
    """The span behind the words of an SOP, e.g. "60-90 hari kalender". Raises BadTime wherever it is unsure."""
    words = _plain_words(text)
    sides = TO.split(words[_lead(words) :])
    if vague := VAGUE.search(words):
        raise BadTime(
            "Satuan {unit} pada “{text}” tidak pasti. Tulis dalam hari kerja atau hari kalender.",
            unit=vague[1],
            text=_short(text),
        )
    if len(sides) > 2:
        raise BadTime("“{text}” memuat lebih dari satu rentang waktu.", text=_short(text))
    maximum, unit, grain, last = _quantity(sides[-1], "", text)
    if len(sides) == 1:
        return _checked(Span(maximum, None, unit, text, grain))
    minimum, low_unit, low_grain, _ = _quantity(sides[0], last, text)
    if low_unit != unit:
        raise BadTime("“{text}” memakai dua satuan yang berbeda.", text=_short(text))
    return _checked(Span(maximum, minimum, unit, text, _finer(grain, low_grain)))


def read_iso(maximum: str, unit: str | None, minimum: str | None = None) -> Span:
    """The span of a BPMN timer: `timeDuration`, `sopan:unit` (none: plain time), `sopan:warn`. Raises BadTime."""
    try:
        counted = Unit(unit) if unit else PLAIN
    except ValueError as error:
        raise BadTime(
            "Satuan waktu {unit} tidak dikenal. Pakai hari_kerja, hari_kalender, hari_kalender_geser, atau jam_kerja.",
            unit=_short(str(unit)),
        ) from error
    amount, grain = _iso(maximum, counted)
    if minimum is None:
        return _checked(Span(amount, None, counted, maximum, grain))
    low, low_grain = _iso(minimum, counted)
    return _checked(Span(amount, low, counted, f"{minimum} - {maximum}", _finer(grain, low_grain)))


def span_text(span: Span) -> str:
    """How the Waktu column of an SOP says it, e.g. "7 - 20 hari kerja"; read_sop understands it again."""
    if span.minimum is not None and isinstance(span.minimum, Months) != isinstance(span.maximum, Months):
        return f"{_amount_text(span.minimum, span.unit, DAY)} - {_amount_text(span.maximum, span.unit, Months(1))}"
    words = SAID[span.unit, span.grain]
    numbers = [_count(amount, span.grain) for amount in (span.minimum, span.maximum) if amount is not None]
    return f"{' - '.join(numbers)} {words}"


def _plain_words(text: str) -> str:
    """One spelling of the same words: small letters, single spaces, one kind of dash and of multiplication sign."""
    if len(text) > LONGEST:
        raise BadTime("Waktu itu terlalu panjang untuk dibaca.")
    words = re.sub(r"[\u2010-\u2015\u2212]", "-", text.casefold()).replace("×", "x")
    words = " ".join(words.split()).rstrip(" .;")
    if not words:
        raise BadTime("Waktu belum ditulis. Contoh: 5 hari, 60-90 hari kalender, 120 menit.")
    return re.sub(r"(?<=[0-9) ])x ?24 ?jam", "x 24 jam", words)


def _lead(words: str) -> int:
    found = LEADS.match(words)
    return found.end() if found else 0


def _quantity(side: str, default: str, text: str) -> tuple[Amount, Unit, Amount, str]:
    """One side of a range: "5 (lima) hari", "1 jam 30 menit". Last: the words of its only unit, or ""."""
    parts: list[tuple[Decimal, Unit, Amount]] = []
    at, words = 0, ""
    while at < len(side) or not parts:
        piece = PIECE.match(side, at)
        words = piece and (piece["words"] or default) or ""
        if piece is None or not words or (piece["spelled"] and piece["spelled"] != _spelled(piece["number"])):
            raise _unknown(side[at:], text)
        parts.append((Decimal(piece["number"].replace(",", ".")), *WORDS[words]))
        at = piece.end()
    if len(parts) > 1:
        return *_sum(parts, text), ""
    [(number, unit, grain)] = parts
    return _times(number, unit, grain, text), unit, grain, words


def _sum(parts: list[tuple[Decimal, Unit, Amount]], text: str) -> tuple[Amount, Unit, Amount]:
    """Hours, minutes and seconds of office time, each unit once and from large to small."""
    grains = [grain for _, unit, grain in parts if unit is JAM and isinstance(grain, timedelta)]
    if len(grains) != len(parts) or grains != sorted(set(grains), reverse=True):
        raise BadTime("“{text}” memuat lebih dari satu jumlah waktu.", text=_short(text))
    amounts = [_times(number, unit, grain, text) for number, unit, grain in parts]
    return sum((amount for amount in amounts if isinstance(amount, timedelta)), timedelta(0)), JAM, grains[-1]


def _times(number: Decimal, unit: Unit, grain: Amount, text: str) -> Amount:
    """So many grains. Days and months are counted whole, hours and minutes may have a fraction of whole seconds."""
    if isinstance(grain, Months) or grain >= DAY:
        if number != int(number):
            raise BadTime("Hari pada “{text}” harus bilangan bulat.", text=_short(text))
        return Months(int(number) * grain.count) if isinstance(grain, Months) else int(number) * grain
    seconds = number * int(grain.total_seconds())
    if seconds != int(seconds):
        raise BadTime("“{text}” lebih halus daripada satu detik.", text=_short(text))
    return timedelta(seconds=int(seconds))


def _iso(text: str, unit: Unit) -> tuple[Amount, Amount]:
    """The amount of an ISO 8601 duration, and its smallest designator. Raises BadTime where its unit does not fit."""
    found = ISO.fullmatch(text.strip()) if isinstance(text, str) and len(text) <= LONGEST else None
    try:
        amount = read_duration(text.strip()) if found else None
    except BadValue as error:
        raise BadTime(str(error)) from error
    if found is None or amount is None or not any(letter.isdigit() for letter in text):
        raise BadTime("“{text}” bukan lama waktu ISO 8601, mis. P5D atau PT60M.", text=_short(str(text)))
    used = {name for name, part in found.groupdict().items() if part} or {"month"}  # years alone: months
    fitting, sentence = FITS[unit]
    if not used <= fitting or (isinstance(amount, Months) and unit is not PLAIN):
        raise BadTime("“{text}” tidak sesuai dengan satuannya: {rule}.", text=_short(text), rule=sentence)
    grain = next(grain for name, grain in ISO_GRAINS.items() if name in used)
    return amount, DAY if grain == 7 * DAY else grain


def _checked(span: Span) -> Span:
    """The span, if there is something to count. Raises BadTime."""
    nothing = [amount for amount in (span.minimum, span.maximum) if amount in (timedelta(0), Months(0))]
    if nothing and not (span.unit is PLAIN and span.minimum is None):
        raise BadTime("Waktu “{text}” harus lebih dari nol.", text=_short(span.text))
    if _above(span.minimum, span.maximum):
        raise BadTime("Batas bawah “{text}” lebih besar daripada batas atasnya.", text=_short(span.text))
    return span


def _above(low: Amount | None, high: Amount) -> bool:
    """Whether one amount is larger than another; days and months cannot be compared before they are counted."""
    match low, high:
        case timedelta() as low_time, timedelta() as high_time:
            return low_time > high_time
        case Months() as low_months, Months() as high_months:
            return low_months > high_months
    return False


def _finer(one: Amount, other: Amount) -> Amount:
    if isinstance(one, Months) or isinstance(other, Months):
        return one if isinstance(other, Months) else other
    return min(one, other)


def _count(amount: Amount, grain: Amount) -> str:
    """How many grains an amount is, as Indonesian writes numbers."""
    if isinstance(amount, Months):
        return str(amount.count)
    assert isinstance(grain, timedelta)
    number = Decimal(amount // timedelta(microseconds=1)) / Decimal(grain // timedelta(microseconds=1))
    return format(number.normalize(), "f").replace(".", ",")


def _amount_text(amount: Amount, unit: Unit, grain: Amount) -> str:
    return f"{_count(amount, grain)} {SAID[unit, grain]}"


ONES = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")


def _spelled(number: str) -> str | None:
    """A whole number below 1000 in words, which SOPs repeat in brackets; None for any other."""
    if not number.isdigit() or not 0 < int(number) < 1000:
        return None
    return " ".join(_number_words(int(number)).split())


def _number_words(n: int) -> str:
    if n < 12:
        return ONES[n]
    if n < 20:
        return f"{ONES[n - 10]} belas"
    if n < 100:
        return f"{ONES[n // 10]} puluh {_number_words(n % 10)}"
    hundreds = "seratus" if n < 200 else f"{ONES[n // 100]} ratus"
    return f"{hundreds} {_number_words(n % 100)}"


def _unknown(rest: str, text: str) -> BadTime:
    return BadTime(
        "Bagian “{rest}” dari waktu “{text}” tidak dikenal. Contoh: 5 hari, 60-90 hari kalender, 120 menit, "
        "1 x 24 jam.",
        rest=_short(rest.strip()),
        text=_short(text),
    )


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


def read_cycle(text: object) -> tuple[int | None, str]:
    """(how many ticks, None for ever; the time between two) of R3/PT1H. Raises BadTime."""
    found = CYCLE.fullmatch(text) if isinstance(text, str) else None
    if found is None or found[1].strip("0") == "" != found[1]:
        raise BadTime("Pengulangan ditulis seperti R3/PT1H atau R/P1D.")
    try:
        every = read_duration(found[2])
    except BadValue as error:
        raise BadTime(str(error)) from error
    if every in (Months(0), timedelta(0)):
        raise BadTime("Jarak pengulangan harus lebih dari nol.")
    return int(found[1]) if found[1] else None, found[2]
