"""docs/reference/elements.md says of every BPMN element what the grammar says."""

import re
from pathlib import Path

import pytest

from engine.definition import FLOW_NODES
from engine.rules._grammar import CHILDREN, INSIDE

PAGE = (Path(__file__).resolve().parent.parent / "docs/reference/elements.md").read_text()
ROWS = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", PAGE, re.M))
ACCEPTED = {child for children in CHILDREN.values() for child in children}


@pytest.mark.parametrize("element", ROWS)
def test_the_page_says_what_the_grammar_says(element: str) -> None:
    assert (ROWS[element] != "refused") == (element in ACCEPTED)


def test_no_flow_node_is_missing_from_the_page() -> None:
    assert FLOW_NODES | {name for name in INSIDE if name.endswith("Event")} <= set(ROWS)


def test_every_event_definition_that_runs_is_on_the_page() -> None:
    assert {name for name in ACCEPTED if name.endswith("EventDefinition")} <= set(ROWS) | {"compensateEventDefinition"}
