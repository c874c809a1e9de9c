"""An import is not followed: what another file defines is found by its id among the deployed models only."""

from collections.abc import Iterator

from lxml import etree

from engine.rules._tree import children

SEVERITY = "warning"


def check(root: etree._Element) -> Iterator[tuple[str | None, str]]:
    """The imports of the file (BPMN 2.0, 8.2.2)."""
    for found in children(root, "import"):
        name = (found.get("location") or "(tanpa lokasi)")[:80]
        yield None, f"Impor {name} tidak dibaca. Deploy berkas itu bersama berkas ini, atau hapus impornya."
