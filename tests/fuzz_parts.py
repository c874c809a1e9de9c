"""What the fuzzer puts into models: odd values, the tags of BPMN by kind, and pieces of it."""

from engine import definition
from engine.definition import AUTOMATIC, CALL, EVENTS, GATEWAYS, SCOPES, WORK_ITEMS

BPMN, SOPAN = f"{{{definition.BPMN}}}", f"{{{definition.SOPAN}}}"
ODD = (
    "", " ", "0", "1", "2", "-1", "1.5", "true", "false", "null", "x", "x y", "&<ü\u202e", "{", "{x}", "%s", "=", "= (",
    "=x", "=1", "[1,2,3]", "999999999999999999999", "1e9", "1000000", "9000", "٣", "P1D", "PT0S", "PT-1H", "-PT1H",
    "P99999999999999D", "P9999Y", "PT1H", "P1M", "PT0.0001S", "R/PT0S", "R3/PT1H", "R0/PT1H", "R/PT1S", "R/P1D",
    "R99999999999/PT1S", "=duration(\"PT1H\")", "=date(\"2026-02-30\")", "2026-01-05T09:00:00+07:00", "2026-01-05",
    "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+07:00", "2026-01-05T09:00:00", "x = 1", "x > 1 and y", "not(x)",
    "1 = 1", "x[1]", "for i in 1..999999999 return i", "every", "a" * 5000, "(" * 3000, "1+" * 3000 + "1",
    "=" + "-" * 3000 + "1", "10 ** 99999", "\"a\"", "p", "q", "m", "\n", "a:b", "http://www.omg.org/spec/FEEL/20140401",
)  # fmt: skip
DEFINITIONS = (
    "message", "timer", "conditional", "signal", "error", "escalation", "link", "terminate", "cancel", "compensate",
)  # fmt: skip
KINDS: tuple[tuple[str, ...], ...] = (
    tuple(sorted(WORK_ITEMS | AUTOMATIC | {CALL})),
    tuple(sorted(SCOPES)),
    tuple(sorted(EVENTS)),
    tuple(sorted(GATEWAYS)),
    tuple(f"{kind}EventDefinition" for kind in DEFINITIONS),
    ("timeDuration", "timeDate", "timeCycle"),
    ("conditionExpression", "condition", "loopCondition", "completionCondition", "loopCardinality"),
    ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics"),
    ("inputDataItem", "outputDataItem", "loopDataInputRef", "loopDataOutputRef", "dataInput", "dataOutput"),
    ("message", "signal", "error", "escalation", "itemDefinition", "category", "process", "collaboration"),
    ("sequenceFlow", "association", "dataObject", "textAnnotation", "group", "messageFlow"),
    ("lane", "laneSet", "childLaneSet", "flowNodeRef", "incoming", "outgoing", "extensionElements", "documentation"),
)  # fmt: skip
TAGS = [[BPMN + name for name in kind] for kind in KINDS]
FLOWING = tuple(name for kind in TAGS[:4] for name in kind)
ON_THE_WAY = tuple(
    BPMN + name
    for name in (
        "userTask", "manualTask", "task", "receiveTask", "sendTask", "callActivity", "exclusiveGateway", "subProcess",
        "parallelGateway", "inclusiveGateway", "intermediateThrowEvent", "intermediateCatchEvent", "transaction",
    )
)  # fmt: skip
EXPRESSIONS = (*TAGS[5], *TAGS[6], *(BPMN + name for name in ("flowNodeRef", "loopDataInputRef", "loopDataOutputRef")))

PARTS = (
    "<b:timerEventDefinition><b:timeDuration>PT1H</b:timeDuration></b:timerEventDefinition>",
    "<b:timerEventDefinition><b:timeCycle>R2/PT1H</b:timeCycle></b:timerEventDefinition>",
    "<b:timerEventDefinition><b:timeDuration>PT0S</b:timeDuration></b:timerEventDefinition>",
    "<b:conditionalEventDefinition><b:condition>x &gt; 1</b:condition></b:conditionalEventDefinition>",
    '<b:messageEventDefinition messageRef="{id}"/>',
    '<b:signalEventDefinition signalRef="{id}"/>',
    '<b:errorEventDefinition errorRef="{id}"/>',
    "<b:errorEventDefinition/>",
    '<b:escalationEventDefinition escalationRef="{id}"/>',
    "<b:escalationEventDefinition/>",
    "<b:terminateEventDefinition/>",
    '<b:linkEventDefinition name="l"/>',
    "<b:compensateEventDefinition/>",
    '<b:standardLoopCharacteristics loopMaximum="2"/>',
    "<b:standardLoopCharacteristics><b:loopCondition>a</b:loopCondition></b:standardLoopCharacteristics>",
    "<b:multiInstanceLoopCharacteristics><b:loopCardinality>2</b:loopCardinality></b:multiInstanceLoopCharacteristics>",
    '<b:multiInstanceLoopCharacteristics isSequential="true"><b:loopDataInputRef>l</b:loopDataInputRef>'
    '<b:inputDataItem id="{id}_o" name="o"/></b:multiInstanceLoopCharacteristics>',
    "<b:conditionExpression>a</b:conditionExpression>",
    "<b:documentation>x</b:documentation>",
    "<b:extensionElements/>",
    '<b:startEvent id="{id}_s"/>',
    '<b:endEvent id="{id}_e"/>',
    '<b:userTask id="{id}_u"/>',
    '<b:subProcess id="{id}_v" triggeredByEvent="true"><b:startEvent id="{id}_w" isInterrupting="false">'
    "<b:timerEventDefinition><b:timeDuration>PT2H</b:timeDuration></b:timerEventDefinition></b:startEvent>"
    "</b:subProcess>",
    "<b:ioSpecification/>",
)
TRIGGERS, LOOPS, CONDITIONS = PARTS[:10], PARTS[13:17], (PARTS[17],)
FITTING = (
    ({*TAGS[0], *TAGS[1]}, LOOPS),
    ({f"{BPMN}sequenceFlow"}, CONDITIONS),
    ({f"{BPMN}{name}" for name in ("endEvent", "intermediateThrowEvent", "startEvent")}, PARTS[4:12]),
)
