"""What the engine executes or may leave alone: for each BPMN element its children and its attributes."""

DOCUMENTED = frozenset({"documentation", "extensionElements", "auditing", "monitoring"})
PERFORMERS = frozenset({"resourceRole", "performer", "humanPerformer", "potentialOwner"})
FLOWING = DOCUMENTED | {"incoming", "outgoing"}
DATA = frozenset({"property", "dataInputAssociation", "dataOutputAssociation"})
REPEATING = frozenset({"standardLoopCharacteristics", "multiInstanceLoopCharacteristics"})
ACTIVE = FLOWING | DATA | PERFORMERS | REPEATING
WORK = ACTIVE | {"ioSpecification"}
CATCHING = frozenset({
    "property", "dataOutputAssociation", "timerEventDefinition", "messageEventDefinition",
    "conditionalEventDefinition", "signalEventDefinition",
})  # fmt: skip
ROOT = DOCUMENTED | {
    "import", "extension", "relationship", "collaboration", "process", "message", "signal", "error", "escalation",
    "itemDefinition", "category", "dataStore", "resource", "interface", "endPoint", "partnerEntity", "partnerRole",
    "correlationProperty", "globalTask", "globalUserTask", "globalManualTask", "globalScriptTask",
    "globalBusinessRuleTask", "choreography", "globalConversation", "globalChoreographyTask",
    "timerEventDefinition", "messageEventDefinition", "signalEventDefinition", "errorEventDefinition",
    "escalationEventDefinition", "conditionalEventDefinition", "linkEventDefinition", "terminateEventDefinition",
    "cancelEventDefinition", "compensateEventDefinition",
}  # fmt: skip

INSIDE = frozenset({
    "laneSet", "startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent",
    "userTask", "manualTask", "task", "receiveTask", "sendTask", "businessRuleTask", "exclusiveGateway",
    "parallelGateway", "inclusiveGateway", "eventBasedGateway", "subProcess", "transaction", "callActivity",
    "sequenceFlow", "dataObject", "dataObjectReference",
    "dataStoreReference", "association", "group", "textAnnotation", "property",
})  # fmt: skip

# An element that is not a key here is documentation: what stands in it is not looked at.
CHILDREN: dict[str, frozenset[str]] = {
    "process": DOCUMENTED | PERFORMERS | INSIDE | {"supports", "ioSpecification", "supportedInterfaceRef"},
    "subProcess": ACTIVE | INSIDE,
    "transaction": ACTIVE | INSIDE,
    "laneSet": DOCUMENTED | {"lane"},
    "childLaneSet": DOCUMENTED | {"lane"},
    "lane": DOCUMENTED | {"flowNodeRef", "childLaneSet", "partitionElement"},
    "startEvent": FLOWING | CATCHING | {"errorEventDefinition", "escalationEventDefinition"},
    "endEvent": FLOWING | {
        "property", "dataInputAssociation", "terminateEventDefinition", "errorEventDefinition",
        "escalationEventDefinition", "signalEventDefinition", "messageEventDefinition",
    },
    "boundaryEvent": FLOWING | CATCHING | {"errorEventDefinition", "escalationEventDefinition"},
    "intermediateCatchEvent": FLOWING | CATCHING | {"linkEventDefinition"},
    "intermediateThrowEvent": FLOWING | {
        "property", "dataInputAssociation", "linkEventDefinition", "escalationEventDefinition",
        "signalEventDefinition", "messageEventDefinition",
    },
    "timerEventDefinition": DOCUMENTED | {"timeDuration", "timeDate", "timeCycle"},
    "messageEventDefinition": DOCUMENTED,
    "terminateEventDefinition": DOCUMENTED,
    "errorEventDefinition": DOCUMENTED,
    "signalEventDefinition": DOCUMENTED,
    "escalationEventDefinition": DOCUMENTED,
    "conditionalEventDefinition": DOCUMENTED | {"condition"},
    "condition": DOCUMENTED,
    "linkEventDefinition": DOCUMENTED | {"source", "target"},
    "receiveTask": WORK,
    "sendTask": WORK,
    "businessRuleTask": WORK,
    "callActivity": WORK,
    "ioSpecification": DOCUMENTED | {"dataInput", "dataOutput", "inputSet", "outputSet"},
    "dataInput": DOCUMENTED,
    "dataOutput": DOCUMENTED,
    "multiInstanceLoopCharacteristics": DOCUMENTED | {
        "loopCardinality", "loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem",
        "completionCondition",
    },
    "loopCardinality": DOCUMENTED,
    "completionCondition": DOCUMENTED,
    "inputDataItem": DOCUMENTED,
    "outputDataItem": DOCUMENTED,
    "standardLoopCharacteristics": DOCUMENTED | {"loopCondition"},
    "loopCondition": DOCUMENTED,
    "userTask": WORK | {"rendering"},
    "manualTask": WORK,
    "task": WORK,
    "dataInputAssociation": DOCUMENTED | {"sourceRef", "targetRef"},
    "dataOutputAssociation": DOCUMENTED | {"sourceRef", "targetRef"},
    "exclusiveGateway": FLOWING,
    "parallelGateway": FLOWING,
    "inclusiveGateway": FLOWING,
    "eventBasedGateway": FLOWING,
    "sequenceFlow": DOCUMENTED | {"conditionExpression"},
    "conditionExpression": DOCUMENTED,
    "timeDuration": DOCUMENTED,
    "timeDate": DOCUMENTED,
    "timeCycle": DOCUMENTED,
}  # fmt: skip

# What the schema of BPMN allows once in its element: of two, one would be ignored.
ONCE = frozenset({
    "extensionElements", "ioSpecification", "conditionExpression", "condition", "loopCondition", "loopCardinality",
    "loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem", "completionCondition", "childLaneSet",
})  # fmt: skip

ANY: frozenset[str] = frozenset()
NAMED = {"id": ANY, "name": ANY}
FALSE, BOOLEAN, ONE = frozenset({"false", "0"}), frozenset({"true", "false", "1", "0"}), frozenset({"1"})
ACTIVITY = NAMED | {"default": ANY, "isForCompensation": FALSE, "startQuantity": ONE, "completionQuantity": ONE}
GATEWAY = NAMED | {"gatewayDirection": frozenset({"Unspecified", "Converging", "Diverging", "Mixed"})}
DATA_ITEM = NAMED | {"itemSubjectRef": ANY, "isCollection": BOOLEAN}
EXPRESSION = {"id": ANY, "evaluatesToTypeRef": ANY, "language": frozenset({
    "feel", "FEEL", "http://www.omg.org/spec/FEEL/20140401", "https://www.omg.org/spec/DMN/20191111/FEEL/",
    "https://www.omg.org/spec/DMN/20230324/FEEL/", "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
})}  # fmt: skip

# Attribute -> the values that it may have; ANY: all. An element that is not a key here may have any.
ATTRIBUTES: dict[str, dict[str, frozenset[str]]] = {
    "process": NAMED | {
        "isExecutable": BOOLEAN, "processType": ANY, "isClosed": FALSE, "definitionalCollaborationRef": ANY,
    },
    "startEvent": NAMED | {"isInterrupting": BOOLEAN, "parallelMultiple": FALSE},
    "endEvent": NAMED,
    "boundaryEvent": NAMED | {"attachedToRef": ANY, "cancelActivity": BOOLEAN, "parallelMultiple": FALSE},
    "timerEventDefinition": {"id": ANY},
    "messageEventDefinition": {"id": ANY, "messageRef": ANY},
    "terminateEventDefinition": {"id": ANY},
    "errorEventDefinition": {"id": ANY, "errorRef": ANY},
    "signalEventDefinition": {"id": ANY, "signalRef": ANY},
    "escalationEventDefinition": {"id": ANY, "escalationRef": ANY},
    "conditionalEventDefinition": {"id": ANY},
    "linkEventDefinition": NAMED,
    "intermediateCatchEvent": NAMED | {"parallelMultiple": FALSE},
    "intermediateThrowEvent": NAMED,
    "receiveTask": ACTIVITY | {"messageRef": ANY, "implementation": ANY, "instantiate": FALSE, "operationRef": ANY},
    "subProcess": ACTIVITY | {"triggeredByEvent": BOOLEAN},
    "transaction": ACTIVITY | {"triggeredByEvent": FALSE, "method": ANY},
    "userTask": ACTIVITY | {"implementation": ANY},
    "manualTask": ACTIVITY,
    "task": ACTIVITY,
    "exclusiveGateway": GATEWAY | {"default": ANY},
    "parallelGateway": GATEWAY,
    "inclusiveGateway": GATEWAY | {"default": ANY},
    "eventBasedGateway": GATEWAY | {"instantiate": FALSE, "eventGatewayType": frozenset({"Exclusive"})},
    "sequenceFlow": NAMED | {"sourceRef": ANY, "targetRef": ANY, "isImmediate": BOOLEAN},
    "conditionExpression": EXPRESSION,
    "timeDuration": EXPRESSION,
    "timeDate": EXPRESSION,
    "timeCycle": EXPRESSION,
    "condition": EXPRESSION,
    "loopCondition": EXPRESSION,
    "standardLoopCharacteristics": {"id": ANY, "testBefore": BOOLEAN, "loopMaximum": ANY},
    "multiInstanceLoopCharacteristics": {
        "id": ANY, "isSequential": BOOLEAN, "behavior": frozenset({"All"}),
    },
    "loopCardinality": EXPRESSION,
    "completionCondition": EXPRESSION,
    "inputDataItem": DATA_ITEM,
    "outputDataItem": DATA_ITEM,
    "dataInput": DATA_ITEM,
    "dataOutput": DATA_ITEM,
    "sendTask": ACTIVITY | {"messageRef": ANY, "implementation": ANY, "operationRef": ANY},
    "callActivity": ACTIVITY | {"calledElement": ANY},
    "businessRuleTask": ACTIVITY | {"implementation": ANY},
}  # fmt: skip

HINTS = {
    "adHocSubProcess": "Tulis langkah-langkahnya langsung di proses ini, dengan urutan yang pasti.",
    "serviceTask": "Jadikan userTask jika orang yang mengerjakannya.",
    "scriptTask": "Model tidak menjalankan kode. Jadikan userTask jika orang yang mengerjakannya.",
    "complexGateway": "Pakai gerbang eksklusif atau paralel.",
    "eventDefinitionRef": "Tulis definisi peristiwanya di dalam peristiwa itu sendiri.",
}
OTHERWISE = "Hapus, atau ganti dengan unsur yang didukung."
