"""Looking at the XML of a DMN file."""

from collections.abc import Iterator

from lxml import etree

from engine.dmn.grammar import LOGIC, VERSIONS

MOST_CELLS = 10_000  # of a file


def local(element: etree._Element) -> str:
    """The name of a DMN element; "" for a comment or anything of another namespace."""
    tag = element.tag
    space, _, name = tag[1:].partition("}") if isinstance(tag, str) and tag.startswith("{") else ("", "", "")
    return name if space in VERSIONS else ""


def place(element: etree._Element) -> str | None:
    """The id to name an element by: its own, or that of the nearest element around it."""
    found: etree._Element | None = element
    while found is not None and not (local(found) and found.get("id")):
        found = found.getparent()
    return found.get("id") if found is not None else None


def inside(root: etree._Element) -> Iterator[etree._Element]:
    """The DMN elements in and below an element, in their order, without what stands in extensionElements."""
    stack = [root]
    while stack:
        element = stack.pop()
        if local(element) and local(element) != "extensionElements":
            yield element
            stack += reversed(element)


def children(element: etree._Element, *names: str) -> list[etree._Element]:
    """The children of some names."""
    return [child for child in element if local(child) in names]


def child(element: etree._Element, *names: str) -> etree._Element | None:
    """The first child of some names."""
    return next(iter(children(element, *names)), None)


def text(element: etree._Element | None) -> str:
    """What an element's `text` says."""
    found = child(element, "text") if element is not None else None
    return str(found.xpath("string()")) if found is not None else ""


def decisions(root: etree._Element) -> list[etree._Element]:
    """The decisions of a file."""
    return children(root, "decision")


def keys(root: etree._Element) -> list[str]:
    """The keys of a file's decisions: their ids."""
    return [one.get("id", "") for one in decisions(root) if one.get("id")]


def tables(root: etree._Element) -> list[etree._Element]:
    """The decision tables of a file's decisions."""
    return [table for decision in decisions(root) for table in children(decision, "decisionTable")]


def many_cells(root: etree._Element) -> bool:
    """Whether a file has more cells than are read: nobody draws so many, and reading them takes seconds."""
    cells = (cell for table in tables(root) for rule in children(table, "rule") for cell in rule)
    return sum(1 for _ in cells) > MOST_CELLS


def logic(decision: etree._Element) -> etree._Element | None:
    """The table or the expression of a decision."""
    return child(decision, *LOGIC)


def required(decision: etree._Element, kind: str = "requiredDecision") -> list[tuple[etree._Element, str]]:
    """(requirement, id) of what a decision requires in the same file; "" where the reference is another one."""
    found = []
    for requirement in children(decision, "informationRequirement"):
        for reference in children(requirement, kind):
            href = reference.get("href", "")
            found.append((requirement, href[1:] if href.startswith("#") else ""))
    return found


def column(element: etree._Element, number: int) -> str:
    """What a column of a table is called to people."""
    told = element.get("label") or element.get("name") or text(child(element, "inputExpression"))
    return " ".join(told.split())[:60] or str(number)
