"""What a BPMN file says, as plain values: the one reading that lint, the engine and the pages share."""

from engine.definition.parts import (
    AUTOMATIC,
    CALL,
    EMBEDDED,
    EVENTS,
    FLOW_NODES,
    GATEWAYS,
    SCOPES,
    WORK_ITEMS,
    Definition,
    Flow,
    Loop,
    Many,
    Node,
    Requirement,
    Timer,
    found_at,
)  # fmt: skip
from engine.definition.reading import BPMN, DEEPEST_FILE, LARGEST_FILE, SOPAN, parse, read, safely

__all__ = [
    "AUTOMATIC", "BPMN", "CALL", "DEEPEST_FILE", "EMBEDDED", "EVENTS", "FLOW_NODES", "GATEWAYS", "LARGEST_FILE",
    "SCOPES", "SOPAN", "WORK_ITEMS", "Definition", "Flow", "Loop", "Many", "Node", "Requirement", "Timer",
    "found_at", "parse", "read", "safely",
]  # fmt: skip
