"""Writes docs/reference/right-or-refused.md: each element in four scenarios, and random walks by feature.

    ./run python -m tests.right_or_refused [WALKS]      (WALKS a feature; default 300)

Right: the engine and the token game agree at every step. Refused: lint names the element. Everything else is wrong.
"""

import re
import sys
from collections import Counter
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from models import HEAD, model  # noqa: E402 (after the path)
from token_game import Player  # noqa: E402
from token_game.wider import WideDraft  # noqa: E402
from token_game_driver import RUNS, Engine  # noqa: E402
from token_game_elements import DATA, ELEMENTS  # noqa: E402
from token_game_steps import agree, alone, compare, looped, nested  # noqa: E402
from token_game_tables import ELEMENTS as PLAIN  # noqa: E402
from token_game_walks import START, a_step  # noqa: E402

from engine import lint  # noqa: E402

PAGE = HERE.parent / "docs" / "reference" / "right-or-refused.md"
ALL = PLAIN | ELEMENTS
SCENARIOS = {"plain": (alone, False), "second round": (looped, False), "sub-process twice": (nested, False),
             "new process each step": (alone, True)}  # fmt: skip
HEADING = """# Right, or refused

Written by `./run python -m tests.right_or_refused`. *Right* means that the engine and the token game in
`tests/token_game/`, which was written from the standard alone, agree on open items, path, variables, messages and end
after every step. *Refused* means that lint names the element. Anything else would stand here as *wrong*.

"""
WALKS = [
    "", "## Random walks", "",
    "*Order free*: the order of parallel tokens inside one step mattered, and nobody fixes it.", "",
    "| feature | walks | right | wrong | order free |", "| --- | --- | --- | --- | --- |",
]  # fmt: skip


def verdict(name: str, scenario: str) -> str:
    """How an element fares in one scenario."""
    place, fresh = SCENARIOS[scenario]
    try:
        text, steps = place(ALL[name], DATA)
        return "right" if compare(text, steps, fresh).ended else "wrong"
    except AssertionError:
        return "wrong"


def refused() -> dict[str, bool]:
    """The elements that docs/reference/elements.md calls refused, and whether lint names a model's."""
    rows = re.findall(r"^\| `(\w+)` \| refused \|", (HERE.parent / "docs/reference/elements.md").read_text(), re.M)
    return {tag: tag_is_named(tag) for tag in rows}


def tag_is_named(tag: str) -> bool:
    """Whether lint refuses an element, naming it."""
    inside = f'<bpmn:{tag} id="X"/>'
    if tag.endswith("EventDefinition"):
        inside = f'<bpmn:intermediateThrowEvent id="X"><bpmn:{tag}/></bpmn:intermediateThrowEvent>'
    flows = '<bpmn:sequenceFlow sourceRef="S" targetRef="X"/><bpmn:sequenceFlow sourceRef="X" targetRef="E"/>'
    ends = '<bpmn:startEvent id="S"/><bpmn:endEvent id="E"/>'
    process = f'<bpmn:process id="p" isExecutable="true">{ends}{inside}{flows}</bpmn:process>'
    problems = lint.check({"m.bpmn": f"{HEAD}{process}</bpmn:definitions>".encode()})
    return any(p.element == "X" and p.severity == "error" for p in problems)


def walks(group: str, number: int) -> Counter[str]:
    """How random walks through drafts with one feature come out."""
    return Counter(one_walk(Random(f"{group} {n}"), group) for n in range(number))


def one_walk(dice: Random, group: str) -> str:
    draft = WideDraft(dice, (group,))
    xml = model(draft.text)
    ours, theirs = Player(xml), Engine(xml)
    step: tuple[object, ...] = ("start", START)
    for number in range(12):
        expected, got = ours.step(step), theirs.step(step)
        if expected.loose:
            return "order free"
        if not agree(expected, got):
            return "wrong"
        if expected.ended or number == 0 and expected.refused:
            return "right"
        step = a_step(ours, draft, dice, number > 9)
    return "right"


def page(number: int) -> str:
    """The whole page."""
    lines = [f"| element | {' | '.join(SCENARIOS)} |", f"| --- |{' --- |' * len(SCENARIOS)}"]
    found = {name: [verdict(name, scenario) for scenario in SCENARIOS] for name in ALL}
    lines += [f"| {name} | {' | '.join(row)} |" for name, row in found.items()]
    lines += [f"| `{tag}` |{' refused |' * 4 if named else ' wrong |' * 4}" for tag, named in refused().items()]
    lines += WALKS
    for group in RUNS:
        came = walks(group, number)
        lines.append(f"| {group} | {number} | {came['right']} | {came['wrong']} | {came['order free']} |")
    return HEADING + "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
