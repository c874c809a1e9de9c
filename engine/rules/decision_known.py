"""A decision that a business rule task asks must be among the files or deployed already, and its answer has a name."""

from collections.abc import Container, Iterator

from engine.definition import Definition
from engine.values import NAME

SEVERITY = "error"


def check(process: Definition, decisions: Container[str]) -> Iterator[tuple[str | None, str]]:
    """The decision and the result of every business rule task."""
    for node in process.nodes.values():
        if node.tag != "businessRuleTask":
            continue
        if not node.decision:
            yield node.id, "Tugas aturan ini belum menyebut keputusan. Isi sopan:decision dengan id tabel keputusannya."
        elif node.decision not in decisions:
            yield node.id, f"Keputusan {node.decision[:80]} tidak ada. Sertakan berkas .dmn-nya atau perbaiki idnya."
        elif not NAME.fullmatch(node.result or ""):
            yield node.id, f"“{(node.result or '')[:80]}” bukan nama isian. Perbaiki sopan:result."
