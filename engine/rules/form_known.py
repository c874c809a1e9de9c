"""A form that a step names must be among the files or deployed already."""

from collections.abc import Container, Iterator

from engine.definition import Definition

SEVERITY = "error"


def check(process: Definition, forms: Container[str]) -> Iterator[tuple[str | None, str]]:
    """The form key of every node."""
    for node in process.nodes.values():
        if node.form is not None and node.form not in forms:
            shown = node.form[:80] or "(kosong)"
            yield node.id, f"Formulir {shown} tidak ada. Sertakan berkasnya atau perbaiki kuncinya."
