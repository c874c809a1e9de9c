"""An extension that says it must be understood and is not ours means something we would not do (BPMN 2.0, 8.2.3)."""

from collections.abc import Iterator

from lxml import etree

from engine.rules._tree import children, flag

SEVERITY = "error"


def check(root: etree._Element) -> Iterator[tuple[str | None, str]]:
    """The extension declarations of the file."""
    for extension in children(root, "extension"):
        if flag(extension, "mustUnderstand"):
            name = (extension.get("definition") or "(tanpa nama)")[:80]
            text = f"Perluasan {name} wajib dipahami (mustUnderstand), dan mesin ini tidak memahaminya. "
            yield None, text + "Hapus perluasan itu, atau tulis maksudnya dengan unsur BPMN."
