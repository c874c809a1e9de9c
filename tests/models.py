"""Small models for tests, written as text: one line a node, one line a flow.

start S | user A lane=PPK | xor G default=f2 | and P | end E | terminate T
timer W on=A at=PT1H [interrupting] | message M on=A name=stop [interrupting]
S > A | A > G f1 : x = 1
"""

from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:sopan="urn:sopan:bpmn:1" targetNamespace="test">'
)
TAGS = {
    "start": "startEvent", "end": "endEvent", "user": "userTask", "manual": "manualTask", "task": "task",
    "xor": "exclusiveGateway", "and": "parallelGateway",
    "terminate": "endEvent", "timer": "boundaryEvent", "message": "boundaryEvent",
}  # fmt: skip


def model(text: str, key: str = "p") -> bytes:
    """The BPMN file of a text."""
    nodes, flows, lanes, messages = [], [], {}, {}
    for number, line in enumerate(filter(None, (line.strip() for line in text.replace("|", "\n").splitlines()))):
        if " > " in line:
            flows.append(_flow(line, number))
            continue
        kind, node, *rest = line.split()
        options = dict(word.split("=", 1) if "=" in word else (word, "yes") for word in rest)
        if "lane" in options:
            lanes.setdefault(options["lane"], []).append(node)
        if kind == "message":
            messages.setdefault(options["name"], f"m_{options['name']}")
        nodes.append(_node(kind, node, options))
    refs = {lane: "".join(f"<bpmn:flowNodeRef>{n}</bpmn:flowNodeRef>" for n in found) for lane, found in lanes.items()}
    lane_set = "".join(f'<bpmn:lane id="L_{lane}" name="{lane}">{text}</bpmn:lane>' for lane, text in refs.items())
    told = "".join(f'<bpmn:message id="{i}" name="{n}"/>' for n, i in messages.items())
    body = (f'<bpmn:laneSet id="LS">{lane_set}</bpmn:laneSet>' if lanes else "") + "".join(nodes + flows)
    process = f'<bpmn:process id="{key}" name="{key}" isExecutable="true">{body}</bpmn:process>'
    return f"{HEAD}{told}{process}</bpmn:definitions>".encode()


def _node(kind: str, node: str, options: dict[str, str]) -> str:
    attributes = {"id": node, "name": options.get("called", "")} if options.get("called") else {"id": node}
    if "default" in options:
        attributes["default"] = options["default"]
    if "on" in options:
        attributes |= {"attachedToRef": options["on"], "cancelActivity": str("interrupting" in options).lower()}
    inside = _event(kind, options)
    if form := options.get("form"):
        inside += f'<bpmn:extensionElements><sopan:form key="{form}"/></bpmn:extensionElements>'
    text = " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<bpmn:{TAGS[kind]} {text}>{inside}</bpmn:{TAGS[kind]}>"


def _event(kind: str, options: dict[str, str]) -> str:
    if kind == "terminate":
        return "<bpmn:terminateEventDefinition/>"
    if kind == "message":
        return f'<bpmn:messageEventDefinition messageRef="m_{options["name"]}"/>'
    if kind != "timer":
        return ""
    ours = "".join(f' sopan:{n}="{options[n]}"' for n in ("unit", "warn", "clock", "mulai") if n in options)
    time = f"<bpmn:timeDuration>{options['at']}</bpmn:timeDuration>"
    return f"<bpmn:timerEventDefinition{ours}>{time}</bpmn:timerEventDefinition>"


def _flow(line: str, number: int) -> str:
    left, _, condition = line.partition(" : ")
    source, _, target, *name = left.split()
    inside = f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>" if condition else ""
    flow = name[0] if name else f"f_{number}"
    return f'<bpmn:sequenceFlow id="{flow}" sourceRef="{source}" targetRef="{target}">{inside}</bpmn:sequenceFlow>'
