"""What stands directly in bpmn:definitions must be something that BPMN puts there."""

from collections.abc import Iterator

from lxml import etree

from engine.rules._grammar import ROOT
from engine.rules._tree import local, namespace, place

SEVERITY = "error"


def check(root: etree._Element) -> Iterator[tuple[str | None, str]]:
    """The children of the definitions; those of other tools are left alone."""
    for child in root:
        if not isinstance(child.tag, str) or local(child) in ROOT:
            continue
        if local(child) or not namespace(child.tag):
            name = local(child) or child.tag
            yield place(child), f"{name} tidak dapat berdiri langsung di bpmn:definitions. Pindahkan ke dalam proses."
