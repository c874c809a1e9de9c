"""A model too entangled to explore in full is said to be so; nothing is concluded silently."""

from collections.abc import Iterator

from engine.definition import Definition
from engine.rules._runs import flaws, runs

SEVERITY = "warning"
TEXT = (
    "Model ini terlalu rumit untuk dijelajahi penuh: mungkin ada kebuntuan yang tidak ditemukan. "
    "Sederhanakan cabang paralel dan putarannya, atau uji dengan skenario."
)


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """Whether the searches behind `reachable`, `may-deadlock` and `second-token` came to their ends."""
    if not (runs(process).complete and flaws(process).complete):
        yield process.key or None, TEXT
