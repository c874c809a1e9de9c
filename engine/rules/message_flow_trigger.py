"""A plain event at the end of a message flow neither waits for the message nor sends it: the drawing promises more."""

from collections.abc import Iterator

from lxml import etree

from engine.definition import EVENTS
from engine.rules._tree import all_of, children, definitions, elements, executable, local

SEVERITY = "warning"


def check(root: etree._Element) -> Iterator[tuple[str | None, str]]:
    """The events without a trigger that message flows touch (7.6.2), once each."""
    touched = {flow.get(end) for flow in all_of(root, "messageFlow") for end in ("sourceRef", "targetRef")}
    for process in executable(root):
        for element in elements(process):
            plain = (
                local(element) in EVENTS and not definitions(element) and not children(element, "eventDefinitionRef")
            )
            if plain and element.get("id") in touched:
                yield (
                    element.get("id"),
                    "Ada alur pesan di sini, tetapi peristiwanya bukan peristiwa pesan. Beri pemicu pesan.",
                )
