"""What a BPMN file says, as plain values: the one reading that lint, the engine and the pages share."""

from engine.definition.parts import (
    AUTOMATIC,
    EMBEDDED,
    EVENTS,
    FLOW_NODES,
    GATEWAYS,
    SCOPES,
    WORK_ITEMS,
    Definition,
    Flow,
    Loop,
    Node,
    Requirement,
    Timer,
)  # fmt: skip
from engine.definition.reading import BPMN, DEEPEST_FILE, LARGEST_FILE, SOPAN, parse, read

__all__ = [
    "AUTOMATIC", "BPMN", "DEEPEST_FILE", "EMBEDDED", "EVENTS", "FLOW_NODES", "GATEWAYS", "LARGEST_FILE", "SCOPES",
    "SOPAN", "WORK_ITEMS", "Definition", "Flow", "Loop", "Node", "Requirement", "Timer", "parse", "read",
]  # fmt: skip
