"""A standard loop ends: it has a condition that can be read, a number of times, or both."""

from collections.abc import Iterator

from engine import feel
from engine.definition import Definition

SEVERITY = "error"
MOST = 1_000_000


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """The loop of each activity."""
    for node in process.nodes.values():
        if node.loop is None:
            continue
        most = node.loop.maximum
        if most is None and node.loop.condition is None:
            yield node.id, "Pengulangan ini tidak pernah berakhir. Isi loopCondition, loopMaximum, atau keduanya."
        if most is not None and not (most.isascii() and most.isdigit() and 0 < int(most[:9]) <= MOST):
            yield node.id, f"loopMaximum “{most[:20]}” bukan bilangan bulat positif."
        if node.triggered:
            yield node.id, "Subproses peristiwa tidak dapat diulang. Hapus penanda pengulangan."
        try:
            feel.compile(node.loop.condition or "true")
        except feel.FeelError as error:
            yield node.id, f"loopCondition bukan FEEL yang benar. {error}"
