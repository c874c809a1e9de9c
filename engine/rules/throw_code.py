"""What throws an error or an escalation says which one (10.5.3, 10.5.4): without a code only a general catch does."""

from collections.abc import Iterator

from engine.definition import Definition

SEVERITY = "warning"
CODED = {"errorEventDefinition": "errorCode", "escalationEventDefinition": "escalationCode"}


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """The code of each error or escalation that an event throws."""
    for node in process.nodes.values():
        if node.tag in ("endEvent", "intermediateThrowEvent") and node.event in CODED and not node.code:
            yield node.id, f"Peristiwa ini belum menyebut apa yang dilemparnya. Isi rujukannya dan {CODED[node.event]}."
