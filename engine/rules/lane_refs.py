"""A lane names steps that exist, and no step lies in two lanes beside each other."""

from collections.abc import Iterator

from lxml import etree

from engine.definition import Definition
from engine.rules._tree import all_of, content, elements, local, place

SEVERITY = "error"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """Each flowNodeRef of each lane; a lane within a lane may repeat what the outer one names."""
    inside = {element.get("id") for element in elements(process.element) if element.get("id")}
    lane_of: dict[str, etree._Element] = {}
    for lane in all_of(process.element, "lane"):
        for child in lane:
            if local(child) != "flowNodeRef":
                continue
            node = content(child)
            if node not in inside:
                yield place(lane), f"Lajur ini menyebut {node[:80] or '(kosong)'}, yang tidak ada. Hapus sebutan itu."
            elif node in lane_of and lane_of[node] not in (lane, *lane.iterancestors()):
                yield node, "Langkah ini berada di dua lajur sekaligus. Sisakan pada satu lajur."
            lane_of[node] = lane
