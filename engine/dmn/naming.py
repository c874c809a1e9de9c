"""What a decision requires, and under which name it reads it."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from lxml import etree

from engine import feel
from engine.dmn.nodes import child, children, decisions, place, required


def is_name(text: str) -> bool:
    """Whether FEEL can read a name."""
    try:
        return feel.compile(text).names == {text}
    except feel.FeelError:
        return False


def result_name(decision: etree._Element) -> str:
    """The name under which the result of a decision is read: its variable's, else its own, else its id."""
    variable = child(decision, "variable")
    if variable is not None and variable.get("name"):
        return variable.get("name", "")
    name = decision.get("name", "")
    return name if is_name(name) else decision.get("id", "")


def order(root: etree._Element) -> list[str]:
    """The ids of the decisions, each after those that it requires. Raises CycleError."""
    needs = {one.get("id", ""): [key for _, key in required(one)] for one in decisions(root)}
    return list(TopologicalSorter(needs).static_order())


def requirements(root: etree._Element) -> Iterator[tuple[str | None, str]]:
    """What a decision requires is in the file, can be read under a name of its own, and does not require it back."""
    there = {one.get("id", ""): one for one in decisions(root)}
    data = {one.get("id", "") for one in children(root, "inputData")}
    for decision in decisions(root):
        seen = set[str]()
        for requirement, key in required(decision, "requiredInput"):
            if key not in data:
                yield place(requirement), "Data masukan yang disyaratkan tidak ada di berkas ini. Perbaiki href-nya."
        for requirement, key in required(decision):
            if key not in there:
                yield place(requirement), "Keputusan yang disyaratkan tidak ada di berkas ini. Perbaiki href-nya."
                continue
            name = result_name(there[key])
            if not is_name(name):
                yield key, f"Hasil keputusan ini tidak dapat dibaca sebagai “{name[:40]}”. Beri dmn:variable nama FEEL."
            elif name in seen:
                yield place(requirement), f"Dua keputusan yang disyaratkan bernama {name}. Beri nama sendiri."
            seen.add(name)
    try:
        order(root)
    except CycleError as error:
        loop = " > ".join(reversed(error.args[1]))
        yield error.args[1][0], f"Keputusan saling mensyaratkan: {loop[:200]}. Putuskan lingkarannya."
