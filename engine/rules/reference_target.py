"""What an element refers to stands in the file and is of the kind that BPMN asks for (8.2.1 and each class's table)."""

from collections import defaultdict
from collections.abc import Iterator

from lxml import etree

from engine.definition import AUTOMATIC, SCOPES, WORK_ITEMS
from engine.rules._tree import content, elements, flag, local, place, processes

SEVERITY = "error"
ANY: frozenset[str] = frozenset()
ITEM, MESSAGE, OPERATION = frozenset({"itemDefinition"}), frozenset({"message"}), frozenset({"operation"})
PARTICIPANT, PROPERTY = frozenset({"participant"}), frozenset({"correlationProperty"})
DATA = frozenset({
    "dataObject", "dataObjectReference", "dataStore", "dataStoreReference", "property", "dataInput", "dataOutput",
    "inputDataItem", "outputDataItem",
})  # fmt: skip
DEFINED = frozenset(f"{kind}EventDefinition" for kind in (
    "message", "timer", "conditional", "signal", "error", "escalation", "link", "terminate", "cancel", "compensate",
))  # fmt: skip

# (element or "*", attribute or child) -> the kinds that it may name; ANY: whatever has an id
REFERS: dict[tuple[str, str], frozenset[str]] = {
    ("*", "itemSubjectRef"): ITEM, ("message", "itemRef"): ITEM, ("error", "structureRef"): ITEM,
    ("escalation", "structureRef"): ITEM, ("signal", "structureRef"): ITEM,
    ("group", "categoryValueRef"): frozenset({"categoryValue"}), ("*", "operationRef"): OPERATION,
    ("association", "sourceRef"): ANY, ("association", "targetRef"): ANY,
    ("dataObjectReference", "dataObjectRef"): frozenset({"dataObject"}),
    ("dataStoreReference", "dataStoreRef"): frozenset({"dataStore"}),
    ("dataInputAssociation", "sourceRef"): DATA, ("dataInputAssociation", "targetRef"): DATA,
    ("dataOutputAssociation", "sourceRef"): DATA, ("dataOutputAssociation", "targetRef"): DATA,
    ("process", "definitionalCollaborationRef"): frozenset({"collaboration", "choreography"}),
    ("process", "supports"): frozenset({"process"}), ("*", "supportedInterfaceRef"): frozenset({"interface"}),
    ("lane", "partitionElementRef"): ANY, ("*", "eventDefinitionRef"): DEFINED,
    ("multiInstanceLoopCharacteristics", "oneBehaviorEventRef"): DEFINED,
    ("multiInstanceLoopCharacteristics", "noneBehaviorEventRef"): DEFINED,
    ("compensateEventDefinition", "activityRef"): WORK_ITEMS | AUTOMATIC | SCOPES,
    ("messageFlow", "messageRef"): MESSAGE, ("operation", "inMessageRef"): MESSAGE,
    ("operation", "outMessageRef"): MESSAGE, ("operation", "errorRef"): frozenset({"error"}),
    ("*", "resourceRef"): frozenset({"resource"}), ("participant", "interfaceRef"): frozenset({"interface"}),
    ("participant", "endPointRef"): frozenset({"endPoint"}), ("partnerEntity", "participantRef"): PARTICIPANT,
    ("partnerRole", "participantRef"): PARTICIPANT, ("conversation", "participantRef"): PARTICIPANT,
    ("participantAssociation", "innerParticipantRef"): PARTICIPANT,
    ("participantAssociation", "outerParticipantRef"): PARTICIPANT,
    ("*", "messageFlowRef"): frozenset({"messageFlow"}), ("correlationKey", "correlationPropertyRef"): PROPERTY,
    ("correlationPropertyBinding", "correlationPropertyRef"): PROPERTY,
    ("correlationSubscription", "correlationKeyRef"): frozenset({"correlationKey"}),
    ("correlationPropertyRetrievalExpression", "messageRef"): MESSAGE,
    ("conversationLink", "sourceRef"): ANY, ("conversationLink", "targetRef"): ANY,
}  # fmt: skip


def check(root: etree._Element) -> Iterator[tuple[str | None, str]]:
    """Every such reference, but in processes that are only pictures; one into another namespace is not followed."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for element in elements(root):
        kinds[element.get("id", "")].add(local(element))
    pictures = {e for p in processes(root) if not flag(p, "isExecutable") for e in elements(p)}
    for element in elements(root):
        for name, text in _references(element) if element not in pictures else ():
            wanted = REFERS.get((local(element), name), REFERS.get(("*", name)))
            target = _here(element, text)
            if wanted is None or target is None:
                continue
            found = kinds.get(target, set()) if target else set()
            if not found or wanted is not ANY and not found & wanted:
                shown, hint = target[:80] or "(kosong)", " atau ".join(sorted(wanted)[:3]) or "unsur"
                text = (
                    f"{name} menyebut {shown}, yang {'bukan' if found else 'tidak ada sebagai'} {hint} di berkas ini."
                )
                yield place(element), f"{text} Perbaiki, atau hapus rujukannya."


def _references(element: etree._Element) -> Iterator[tuple[str, str]]:
    """What could be a reference: attributes and children without an id of their own."""
    for name, value in element.attrib.items():
        yield str(name), str(value).strip()
    for child in element:
        if local(child).endswith(("Ref", "supports")) and not child.get("id"):
            yield local(child), content(child)


def _here(element: etree._Element, text: str) -> str | None:
    """The id in this file that a qualified name means, or None for one of another namespace."""
    prefix, colon, name = text.partition(":")
    if not colon:
        return text
    root = element.getroottree().getroot()
    return name if element.nsmap.get(prefix) == root.get("targetNamespace", "") else None
