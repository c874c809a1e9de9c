"""Why a due date is what it is: the sentences stored with it, in the language of the page. Nothing is counted here."""

import re
from functools import lru_cache

from webapp.words import DAYS, MONTHS, SHORT_MONTHS, language, marked
from webapp.words import english as catalogue

SENTENCES = (
    marked("{span} sejak {moment}."),
    marked("Hari mulai tidak dihitung."),
    marked("Hanya jam kerja yang dihitung."),
    marked("{day}: hari kerja ke-{n} sampai ke-{last}."),
    marked("{day}: hari kerja ke-{n}, kantor tutup pukul {time} ({decree})."),
    marked("{day}: hari kerja ke-{n}."),
    marked("{day}: hari kalender ke-{n}, berakhir pukul {time}."),
    marked("{day}: {used}, sampai pukul {time} ({decree})."),
    marked("{day}: {name}, tidak dihitung."),
    marked("Hari itu {name}; tenggat tidak digeser, hari kerja berikutnya {day}."),
    marked("{day}: {name}; menurut model digeser ke hari kerja berikutnya, {next}."),
    marked("… dan {n} baris lain sesudahnya."),
    marked("… dan {n} hari lain sesudahnya."),
    marked("Waktu berjalan terus, termasuk di luar jam kerja; berakhir {moment}."),
    marked("Diperpanjang {span} dengan {letter}: dihitung sejak {moment}, berakhir {end}."),
    marked("Diperpanjang dengan {letter} sampai {end}."),
    marked("Dijeda {begin} - {last} dengan {letter}: sisa waktunya dihitung lagi sesudahnya, berakhir {end}."),
    marked("Dijeda sejak {begin} dengan {letter}; tenggat baru dihitung saat jeda diakhiri. Tenggat semula {end}."),
)
SHORT_DAYS = {name[:3]: english[:3] for name, english in zip(DAYS["id"], DAYS["en"], strict=True)}
SHORT_MONTH = {
    SHORT_MONTHS.get(name, name[:3]): english[:3] for name, english in zip(MONTHS["id"], MONTHS["en"], strict=True)
}
PHRASES = {  # in amounts and moments, longest first
    "hari kalender": "calendar days", "hari kerja": "working days", "jam kerja": "office hours",
    "menit kerja": "office minutes", "detik kerja": "office seconds", "bulan kalender": "calendar months",
    "berturut-turut": "on end", "x 24 jam": "x 24 hours", "akhir pekan": "weekend", "menit": "minutes",
    "detik": "seconds", "jam": "hours", "pukul": "at",
}  # fmt: skip
WORDS = re.compile(rf"\b({'|'.join(map(re.escape, PHRASES))})\b")
CLOCK = re.compile(r"(?<=pukul )\d\d:\d\d(:\d\d)?")
DATE = re.compile(rf"\b({'|'.join(SHORT_DAYS)}) (\d{{1,2}}) ({'|'.join(SHORT_MONTH)}) (\d{{4}})\b")


def told(line: str) -> str:
    """A stored sentence as the page says it, its clock with dots in Indonesian; one that nobody translated stays."""
    return (english(line) if language() == "en" else CLOCK.sub(lambda at: at[0].replace(":", "."), line)) or line


def english(line: str) -> str | None:
    """A stored sentence in English; None if it is none of ours."""
    for sentence, pattern in _patterns():
        if found := pattern.fullmatch(line):
            said = catalogue().gettext(sentence)
            return said.format(**{name: _value(name, text) for name, text in found.groupdict().items()})
    return None


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    def pattern(sentence: str) -> str:
        parts = re.split(r"\{(\w+)\}", sentence)
        return "".join(re.escape(part) if n % 2 == 0 else f"(?P<{part}>.+?)" for n, part in enumerate(parts))

    return tuple((sentence, re.compile(pattern(sentence))) for sentence in SENTENCES)


def _value(name: str, text: str) -> str:
    """What fills a sentence: dates and amounts in English; names of holidays, decrees and letters as they are."""
    if name in ("decree", "letter"):
        return text
    text = DATE.sub(lambda found: f"{SHORT_DAYS[found[1]]} {found[2]} {SHORT_MONTH[found[3]]} {found[4]}", text)
    return WORDS.sub(lambda found: PHRASES[found[0]], text)
