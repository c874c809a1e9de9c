"""Breaking text into lines without a font: widths are guesses on the wide side, in parts of the font size."""

import re

NARROW = frozenset("iljftrI.,:;'|!()[]{}/\\-` \"")
WIDE = frozenset("mwMW@%&")
ELLIPSIS = "…"
UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return UNPRINTABLE.sub("", text)


def clean(text: str) -> str:
    """The same, with single spaces."""
    return " ".join(printable(text).split())


def width(text: str, size: float) -> float:
    """How wide a text is at a font size, in the same unit."""
    return sum(map(_part, text)) * size


def wrap(text: str, room: float, size: float, most: int) -> list[str]:
    """The lines of a text that is to fit into `room`; at most `most`, the last one cut with an ellipsis."""
    lines, line = [], ""
    for piece in _pieces(clean(text), room, size):
        if line and width((line + piece).rstrip(), size) > room:
            lines.append(line.strip())
            line = ""
        line += piece
    lines.append(line.strip())
    lines = [line for line in lines if line]
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], _cut(lines[most - 1], room, size)]


def _part(char: str) -> float:
    if char in NARROW:
        return 0.36
    if char in WIDE:
        return 0.9
    if ord(char) > 0x2E7F:
        return 1.05
    return 0.7 if char.isupper() or ord(char) > 0x24F else 0.58


def _pieces(text: str, room: float, size: float) -> list[str]:
    """Words with the space after them; a word too wide is broken after a slash or hyphen, or anywhere."""
    found: list[str] = []
    for word in re.findall(r"\S+\s*", text):
        if width(word.strip(), size) <= room:
            found.append(word)
            continue
        for part in re.findall(r"[^/-]+[/-]?\s*|[/-]\s*", word):
            found.extend([part] if width(part.strip(), size) <= room else _halves(part, room, size))
    return found


def _halves(word: str, room: float, size: float) -> list[str]:
    found, part = [], ""
    for char in word:
        if part and width(part + char, size) > room:
            found.append(part)
            part = ""
        part += char
    return [*found, part]


def _cut(line: str, room: float, size: float) -> str:
    while line and width(line + ELLIPSIS, size) > room:
        line = line[:-1]
    return line.rstrip() + ELLIPSIS
