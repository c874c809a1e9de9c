"""A name in a cell that no input of its table reads is probably a text without its quotes."""

from collections.abc import Callable, Iterator

from lxml import etree

from engine import feel
from engine.dmn.naming import result_name
from engine.dmn.nodes import child, children, decisions, many_cells, place, required, text

SEVERITY = "warning"


def check(root: etree._Element) -> Iterator[tuple[str | None, str]]:
    """The names in the cells of every table."""
    if many_cells(root):
        return  # refused as decision-cell
    there = {one.get("id", ""): one for one in decisions(root)}
    data = {name for one in children(root, "inputData") for name in _names_of(one)}
    for decision in decisions(root):
        known = data | {result_name(there[key]) for _, key in required(decision) if key in there}
        for table in children(decision, "decisionTable"):
            asked = [child(one, "inputExpression") for one in children(table, "input")]
            known = known.union(*(_read(one, feel.compile) for one in asked if one is not None))
            for rule in children(table, "rule"):
                for cell in children(rule, "inputEntry", "outputEntry"):
                    compile = feel.compile if cell.tag.endswith("}outputEntry") else feel.compile_tests
                    if unknown := sorted(_read(cell, compile) - known):
                        yield place(cell), f'{unknown[0]} bukan masukan tabel ini. Bila teks, tulis “"{unknown[0]}"”.'


def _names_of(data: etree._Element) -> set[str]:
    variable = child(data, "variable")
    return {data.get("name", "")} | ({variable.get("name", "")} if variable is not None else set())


def _read(element: etree._Element, compile: Callable[[str], feel.Expression | feel.Tests]) -> frozenset[str]:
    """The names that a text reads; none where it cannot be read, which is another rule's."""
    try:
        return compile(text(element)).names
    except feel.FeelError:
        return frozenset()
