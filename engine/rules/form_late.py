"""What a start asks for cannot follow later: a number that follows belongs to a step that somebody completed."""

from collections.abc import Iterator, Mapping

from engine.definition import Definition
from engine.forms import Form

SEVERITY = "error"


def check(process: Definition, forms: Mapping[str, Form | None]) -> Iterator[tuple[str | None, str]]:
    """The form of every start event; one that is only deployed already is not looked into."""
    for node in process.starts():
        form = forms.get(node.form or "")
        if form and (late := [field.key for field in form.fields if field.late]):
            yield node.id, f"Formulir awal tidak dapat menunggu nomor menyusul (sopan:late): {', '.join(late[:10])}."
