"""Reading a DMN file, safely and once."""

from functools import lru_cache

from lxml import etree

from engine import definition, feel
from engine.dmn import naming, nodes, review
from engine.dmn.grammar import VERSIONS
from engine.dmn.kinds import ANY
from engine.dmn.nodes import child, children, column, text
from engine.dmn.table import Decision, Input, Output, Rule, Table
from engine.errors import Problem, Rejected
from engine.feel import Expression, Tests


def parse(content: bytes, file: str) -> etree._Element:
    """The XML of a DMN file, read safely. Raises Rejected: as `definition.safely`, and no DMN definitions."""
    root = definition.safely(content, file)
    if nodes.local(root) != "definitions":
        versions = ", ".join(VERSIONS.values())
        message = f"Bukan berkas DMN {versions}: unsur terluarnya bukan dmn:definitions."
        raise Rejected([Problem(file, None, "dmn", "error", message)])
    return root


@lru_cache(maxsize=64)
def read(content: bytes, file: str) -> tuple[Decision, ...]:
    """Every decision of a DMN file, in the order of the file. Raises Rejected with everything that is not executed."""
    root = parse(content, file)
    if problems := [Problem(file, at or None, rule, "error", message) for rule, at, message in review.found(root)]:
        raise Rejected(problems)
    elements = {one.get("id", ""): one for one in nodes.decisions(root)}
    order, needs, done = naming.order(root), dict[str, frozenset[str]](), dict[str, Decision]()
    for key in order:
        direct = tuple(dict.fromkeys(name for _, name in nodes.required(elements[key])))
        needs[key] = frozenset(direct).union(*(needs[name] for name in direct))
        before = tuple(done[name] for name in order if name in needs[key])
        done[key] = _decision(elements[key], file, direct, before)
    return tuple(done[key] for key in elements)


def _decision(element: etree._Element, file: str, requires: tuple[str, ...], before: tuple[Decision, ...]) -> Decision:
    key, variable, logic = element.get("id", ""), child(element, "variable"), nodes.logic(element)
    table = logic is not None and nodes.local(logic) == "decisionTable"
    kinds = [_kind(one) for one in (variable, logic) if one is not None]
    return Decision(
        key=key,
        name=element.get("name") or key,
        file=file,
        result=naming.result_name(element),
        kind=next(filter(None, kinds), None),
        logic=_table(logic) if table and logic is not None else feel.compile(text(logic)),
        requires=requires,
        before=before,
    )


def _table(element: etree._Element) -> Table:
    return Table(
        policy=element.get("hitPolicy", "UNIQUE"),
        aggregation=element.get("aggregation"),
        inputs=tuple(_input(one, number) for number, one in enumerate(children(element, "input"), 1)),
        outputs=tuple(_output(one, number) for number, one in enumerate(children(element, "output"), 1)),
        rules=tuple(_rule(one, number) for number, one in enumerate(children(element, "rule"), 1)),
    )


def _input(element: etree._Element, number: int) -> Input:
    asked = child(element, "inputExpression")
    kind = _kind(asked) if asked is not None else None
    return Input(column(element, number), feel.compile(text(asked)), kind, _allowed(child(element, "inputValues")))


def _output(element: etree._Element, number: int) -> Output:
    default = child(element, "defaultOutputEntry")
    return Output(
        name=element.get("name", ""),
        label=column(element, number),
        kind=_kind(element),
        allowed=_allowed(child(element, "outputValues")),
        default=feel.compile(text(default)) if default is not None else None,
    )


def _rule(element: etree._Element, number: int) -> Rule:
    tests: tuple[Tests, ...] = tuple(feel.compile_tests(text(cell)) for cell in children(element, "inputEntry"))
    outputs: tuple[Expression, ...] = tuple(feel.compile(text(cell)) for cell in children(element, "outputEntry"))
    return Rule(number, tests, outputs, element.get("id", ""))


def _allowed(element: etree._Element | None) -> Tests | None:
    """The values that a column may have; with nothing written, any."""
    return feel.compile_tests(text(element)) if text(element).strip() else None


def _kind(element: etree._Element) -> str | None:
    found = element.get("typeRef")
    return None if found in ANY else found
