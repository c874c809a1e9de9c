"""What rules share to look at the XML and at the flows of a process, in time that grows with the file only."""

from collections import defaultdict
from collections.abc import Iterator

from lxml import etree

from engine.definition import BPMN, EMBEDDED, SOPAN, Definition, Flow, Node


def local(element: etree._Element) -> str:
    """The name of a BPMN element; "" for a comment or anything of another namespace."""
    tag = element.tag
    return tag[len(BPMN) + 2 :] if isinstance(tag, str) and tag.startswith(f"{{{BPMN}}}") else ""


def namespace(name: str) -> str:
    """The namespace of a qualified name, or ""."""
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def attributes(element: etree._Element) -> Iterator[tuple[str, str]]:
    """The attributes of an element by qualified name."""
    return ((str(name), str(value)) for name, value in element.attrib.items())


def place(element: etree._Element) -> str | None:
    """The id to name an element by: its own, or that of the nearest element around it."""
    found: etree._Element | None = element
    while found is not None and not ((local(found) or not namespace(str(found.tag))) and found.get("id")):
        found = found.getparent()
    return found.get("id") if found is not None else None


def elements(root: etree._Element) -> Iterator[etree._Element]:
    """The elements in and below an element, without comments and without what stands in extensionElements."""
    stack = [root]
    while stack:
        element = stack.pop()
        if isinstance(element.tag, str) and local(element) != "extensionElements":
            yield element
            stack += reversed(element)


def all_of(root: etree._Element, name: str) -> list[etree._Element]:
    """Every BPMN element of a name, wherever it stands."""
    return [element for element in elements(root) if local(element) == name]


def inner(process: Definition) -> Iterator[etree._Element]:
    """The elements that stand directly in a process or in one of its sub-processes."""
    stack = list(process.element)
    while stack:
        element = stack.pop(0)
        yield element
        if local(element) in EMBEDDED:
            stack = [*element, *stack]


def processes(root: etree._Element) -> list[etree._Element]:
    """The processes of a file."""
    return root.findall(f"{{{BPMN}}}process")


def sopan(name: str) -> str:
    """A name of our namespace, qualified."""
    return f"{{{SOPAN}}}{name}"


def outgoing(process: Definition) -> dict[str, list[Flow]]:
    """Node id -> the flows out of it, in the order of the file."""
    found: dict[str, list[Flow]] = defaultdict(list)
    for flow in process.flows.values():
        found[flow.source].append(flow)
    return found


def attached(process: Definition) -> dict[str, list[Node]]:
    """Activity id -> its boundary events, in the order of the file."""
    found: dict[str, list[Node]] = defaultdict(list)
    for node in process.nodes.values():
        if node.attached_to:
            found[node.attached_to].append(node)
    return found


def named(flow: Flow) -> str:
    """The id to name a flow by: that of its source where the file gives the flow none."""
    return flow.source if flow.id.startswith("_flow_") else flow.id


def children(element: etree._Element, *names: str) -> list[etree._Element]:
    """The BPMN children of some names, in the order of the file."""
    return [child for child in element if local(child) in names]


def content(element: etree._Element) -> str:
    """The text of an element, without the blanks around it."""
    return "".join(str(part) for part in element.itertext()).strip()


def flag(element: etree._Element, name: str) -> bool:
    """Whether a boolean attribute is written as true."""
    return element.get(name) in ("true", "1")


def definitions(event: etree._Element) -> list[str]:
    """The local names of the event definitions that stand in an event."""
    return [local(child) for child in event if local(child).endswith("EventDefinition")]


def executable(root: etree._Element) -> list[etree._Element]:
    """The executable processes of a file."""
    return [process for process in processes(root) if flag(process, "isExecutable")]


def variable(item: etree._Element) -> str:
    """The variable that a data item speaks of: its name, else its id."""
    return (item.get("name") or item.get("id") or "").strip()
