"""Analysts' patterns: the part of regular expressions that JavaScript and Python read alike and that stays cheap."""

import re
from collections.abc import Iterator

LONGEST = 200  # characters of a pattern, and of a text that is held against one
DEAREST = 10_000_000  # steps of the worst text
_TOKEN = re.compile(
    r"(?P<class>\[(?:\\.|[^\]\\])+\])|(?P<escape>\\.)|(?P<open>\((?:\?:)?)|(?P<close>\))"
    r"|(?P<count>[*+?]|\{[0-9]+(?:,[0-9]*)?\})|(?P<bar>\|)|(?P<plain>.)",
    re.DOTALL,
)


def complaint(pattern: str) -> str | None:
    """Why a pattern is refused, as a sentence; None if it may be used."""
    if len(pattern) > LONGEST:
        return f"Pola lebih panjang dari {LONGEST} huruf."
    if re.search(r"\((?!\?:)\?|\\[1-9kpPuxAZGQEbB]|[*+?}][+?]", pattern):
        return "Pola hanya boleh memakai huruf, kelas, kelompok, pilihan dan pengulangan sederhana."
    try:
        re.compile(pattern, re.ASCII)
    except (re.error, RecursionError, OverflowError) as error:
        return f"Pola tidak terbaca: {error}."
    return _dear(pattern)


def fits(pattern: str, text: str) -> bool:
    """Whether the pattern is found in the text, which may be no longer than LONGEST."""
    return len(text) <= LONGEST and re.search(pattern, text, re.ASCII) is not None


def _dear(pattern: str) -> str | None:
    cost, groups, last = LONGEST, [False], False
    for kind, token in _tokens(pattern):
        width = _width(kind, token)
        if kind == "open":
            groups.append(False)
        elif kind == "close":
            last = groups.pop()
            groups[-1] = groups[-1] or last
            continue
        elif kind == "count" and last and token != "?":
            return "Pola mengulang kelompok yang sendiri berulang atau bercabang: terlalu mahal."
        elif width > 1:
            groups[-1] = True
            cost *= width
        last = False
    return "Pola terlalu mahal: kurangi pengulangan yang panjangnya bebas." if cost > DEAREST else None


def _tokens(pattern: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(pattern):
        yield str(found.lastgroup), found[0]


def _width(kind: str, token: str) -> int:
    """How many ways a token leaves open: 1 for none."""
    if kind == "bar" or token == "?" and kind == "count":
        return 2
    if kind != "count":
        return 1
    least, comma, most = token.strip("{}").partition(",")
    if token in "*+" or (comma and not most):
        return LONGEST
    return max(1, int(most) - int(least) + 1) if comma else 1
