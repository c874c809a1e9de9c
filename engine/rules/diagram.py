"""A model with a diagram draws every step and every flow, and nothing else: what is not drawn is not seen."""

from collections.abc import Iterator

from lxml import etree

from engine.definition import FLOW_NODES
from engine.rules._tree import elements, local, processes

SEVERITY = "warning"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"


def check(root: etree._Element) -> Iterator[tuple[str | None, str]]:
    """Steps and flows without a shape or an edge, then shapes and edges of nothing."""
    drawings = [e for e in elements(root) if e.tag in (f"{DI}BPMNShape", f"{DI}BPMNEdge")]
    if not drawings:
        return
    drawn = {drawing.get("bpmnElement") for drawing in drawings}
    for process in processes(root):
        for child in process:
            name = child.get("id")
            if name and name not in drawn and (local(child) in FLOW_NODES or local(child) == "sequenceFlow"):
                yield name, "Unsur ini tidak digambar, jadi tidak terlihat pada diagram. Gambarkan di penyunting model."
    known = {element.get("id") for element in elements(root)}
    for drawing in drawings:
        if drawing.get("bpmnElement") not in known:
            name = (drawing.get("bpmnElement") or "(kosong)")[:80]
            yield drawing.get("id"), f"Gambar ini milik {name}, yang tidak ada. Hapus gambarnya."
