"""docs/reference/elements.md says of every BPMN element what the grammar says."""

import re
from pathlib import Path

import pytest
from token_game_elements import ELEMENTS
from token_game_tables import ELEMENTS as PLAIN

from engine.definition import FLOW_NODES
from engine.rules._grammar import CHILDREN, INSIDE

PAGE = (Path(__file__).resolve().parent.parent / "docs/reference/elements.md").read_text()
TABLE = Path(__file__).resolve().parent.parent / "docs/reference/right-or-refused.md"
ROWS = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", PAGE, re.M))
ACCEPTED = {child for children in CHILDREN.values() for child in children}


@pytest.mark.parametrize("element", ROWS)
def test_the_page_says_what_the_grammar_says(element: str) -> None:
    assert (ROWS[element] != "refused") == (element in ACCEPTED)


def test_no_flow_node_is_missing_from_the_page() -> None:
    assert FLOW_NODES | {name for name in INSIDE if name.endswith("Event")} <= set(ROWS)


def test_every_event_definition_that_runs_is_on_the_page() -> None:
    assert {name for name in ACCEPTED if name.endswith("EventDefinition")} <= set(ROWS) | {"compensateEventDefinition"}


def test_the_table_of_right_or_refused_has_every_element_and_nothing_wrong() -> None:
    table, _, _ = TABLE.read_text().partition("## Random walks")
    rows = re.findall(r"^\| `?([^|`]+)`? \| (\w+) \| (\w+) \| (\w+) \| (\w+) \|$", table, re.M)
    found = {name.strip(): set(verdicts) for name, *verdicts in rows}
    assert {name: verdicts for name, verdicts in found.items() if verdicts not in ({"right"}, {"refused"})} == {}
    assert set(found) == {*PLAIN, *ELEMENTS, *(name for name, state in ROWS.items() if state == "refused")}
