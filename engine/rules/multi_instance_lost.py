"""What is filled in within a multi-instance item ends with the item unless something collects or reads it."""

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.definition import Definition, Node
from engine.forms import Form
from engine.rules._expressions import names
from engine.rules._tree import all_of, children, content, elements, inner, local, variable

SEVERITY = "warning"
MANY = "multiInstanceLoopCharacteristics"
EXPRESSIONS = frozenset({
    "conditionExpression", "condition", "loopCondition", "completionCondition", "loopCardinality",
})  # fmt: skip


def check(process: Definition, forms: Mapping[str, Form | None]) -> Iterator[tuple[str | None, str]]:
    """The steps in each item whose fields are lost; a form that is only deployed already is not looked into."""
    for activity in inner(process):
        for marker in children(activity, MANY):
            steps = [(step, _written(process, step, forms, step is activity)) for step in _steps(activity)]
            kept = {variable(item) for item in children(marker, "outputDataItem")}
            if any(written for _, written in steps):
                kept |= _read(process, activity, forms)
            for step, written in steps:
                if lost := [name for name in written if name not in kept]:
                    text = "{names} hilang bila butirnya selesai; hanya riwayat yang menyimpannya. Kumpulkan dengan "
                    text += "outputDataItem dan loopDataOutputRef, atau biarkan bila memang cukup di riwayat."
                    yield step.get("id"), text.format(names=", ".join(lost[:10]))


def _steps(activity: etree._Element) -> Iterator[etree._Element]:
    """The activity and what stands in it, but not what stands in a multi-instance activity within it."""
    yield activity
    stack = list(activity)
    while stack:
        element = stack.pop(0)
        yield element
        if local(element) in ("subProcess", "transaction") and not children(element, MANY):
            stack = [*element, *stack]


def _written(process: Definition, step: etree._Element, forms: Mapping[str, Form | None], outer: bool) -> list[str]:
    """The variables that a step writes into the scope of the item."""
    inward = children(step, MANY) if not outer else []
    if inward:
        return [content(reference) for marker in inward for reference in children(marker, "loopDataOutputRef")]
    found = [variable(output) for output in all_of(step, "dataOutput")] if local(step) == "callActivity" else []
    form = _form(process.nodes.get(step.get("id", "")), forms)
    return found + [field.key for field in form.fields if not field.readonly] if form else found


def _read(process: Definition, activity: etree._Element, forms: Mapping[str, Form | None]) -> set[str]:
    """The variables that something within the item reads: an expression, a list to go through, a form that shows it."""
    found: set[str] = set()
    for element in elements(activity):
        if local(element) in EXPRESSIONS or local(element).startswith("time") and content(element).startswith("="):
            found |= names(content(element))
        elif local(element) == "loopDataInputRef" and element.getparent() not in children(activity, MANY):
            found.add(content(element))
        elif form := _form(process.nodes.get(element.get("id", "")), forms):
            found |= {field.key for field in form.fields if field.readonly}
    return found


def _form(node: Node | None, forms: Mapping[str, Form | None]) -> Form | None:
    return forms.get(node.form) if node is not None and node.form else None
