"""A model too entangled to explore in full is said to be so; nothing is concluded silently."""

from collections.abc import Iterator

from engine.definition import Definition
from engine.rules._runs import runs

SEVERITY = "warning"
TEXT = (
    "Model ini tidak dijelajahi penuh: terlalu rumit, atau memakai subproses peristiwa atau gerbang inklusif. "
    "Kebuntuan tidak diperiksa; uji dengan skenario."
)


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """Whether the search behind `reachable` came to its end."""
    if not runs(process).complete:
        yield process.key or None, TEXT
