"""How often a pool stands for a participant is a range that can be met (BPMN 2.0, 9.3.1)."""

from collections.abc import Iterator

from lxml import etree

from engine.rules._tree import all_of, place

SEVERITY = "error"


def check(root: etree._Element) -> Iterator[tuple[str | None, str]]:
    """minimum (default 0) and maximum (default 1) of each participantMultiplicity."""
    for element in all_of(root, "participantMultiplicity"):
        low, high = _number(element.get("minimum"), 0), _number(element.get("maximum"), 1)
        if low is None or high is None or high < max(low, 1):
            yield (
                place(element),
                "Banyaknya peserta tidak mungkin. Isi minimum dari 0 dan maximum paling sedikit sebesar itu.",
            )


def _number(text: str | None, default: int) -> int | None:
    if text is None:
        return default
    return int(text[:9]) if text.isascii() and text.isdigit() else None
