"""Small models for tests, written as text: one line (or one part between bars) a node, one a flow.

start S | user A lane=PPK | xor G default=f2 | and P | or O | race R | end E | terminate T | end X error=c
timer W on=A at=PT1H [interrupting] | message M on=A name=stop [interrupting] | boundary B on=U error=c [interrupting]
catch C at=PT1H | catch C message=m | catch C when=x>1 | catch C link=l | receive V message=m
throw H | throw H link=l | throw H escalation=c | throw H signal=s | boundary B on=A signal=s
user A loop=x<3 most=5
sub U | transaction U | esub V | start S in=V message=m [non] | user A in=U
S > A | A > G f1 : x = 1
"""

from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:sopan="urn:sopan:bpmn:1" targetNamespace="test">'
)
TAGS = {
    "start": "startEvent", "end": "endEvent", "user": "userTask", "manual": "manualTask", "task": "task",
    "xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway", "race": "eventBasedGateway",
    "terminate": "endEvent", "timer": "boundaryEvent", "message": "boundaryEvent", "boundary": "boundaryEvent",
    "catch": "intermediateCatchEvent", "throw": "intermediateThrowEvent", "receive": "receiveTask",
    "sub": "subProcess", "esub": "subProcess", "transaction": "transaction",
}  # fmt: skip
CODED = ("error", "escalation")


def model(text: str, key: str = "p") -> bytes:
    """The BPMN file of a text."""
    nodes: dict[str, tuple[str, dict[str, str]]] = {}
    flows: list[tuple[str, str]] = []  # (source, xml)
    lines = filter(None, (line.strip() for line in text.replace("|", "\n").splitlines()))
    for number, line in enumerate(lines):
        if " > " in line:
            flows.append((line.split()[0], _flow(line, number)))
            continue
        kind, node, *rest = line.split()
        nodes[node] = (kind, dict(word.split("=", 1) if "=" in word else (word, "yes") for word in rest))
    body = _lanes(nodes) + _scope(None, nodes, flows)
    process = f'<bpmn:process id="{key}" name="{key}" isExecutable="true">{body}</bpmn:process>'
    return f"{HEAD}{_named(nodes)}{process}</bpmn:definitions>".encode()


def _scope(scope: str | None, nodes: dict[str, tuple[str, dict[str, str]]], flows: list[tuple[str, str]]) -> str:
    """The nodes and flows that stand directly in a sub-process, or in the process."""
    found = []
    for node, (kind, options) in nodes.items():
        if options.get("in") == scope:
            inside = _scope(node, nodes, flows) if kind in ("sub", "esub", "transaction") else ""
            found.append(_node(kind, node, options, inside))
    found += [xml for source, xml in flows if source in nodes and nodes[source][1].get("in") == scope]
    return "".join(found)


def _lanes(nodes: dict[str, tuple[str, dict[str, str]]]) -> str:
    lanes: dict[str, list[str]] = {}
    for node, (_, options) in nodes.items():
        if "lane" in options:
            lanes.setdefault(options["lane"], []).append(node)
    refs = {lane: "".join(f"<bpmn:flowNodeRef>{n}</bpmn:flowNodeRef>" for n in found) for lane, found in lanes.items()}
    told = "".join(f'<bpmn:lane id="L_{lane}" name="{lane}">{text}</bpmn:lane>' for lane, text in refs.items())
    return f'<bpmn:laneSet id="LS">{told}</bpmn:laneSet>' if lanes else ""


def _named(nodes: dict[str, tuple[str, dict[str, str]]]) -> str:
    """The messages, errors and escalations that the nodes refer to."""
    found: dict[str, str] = {}
    for kind, options in nodes.values():
        if name := options.get("message") or (options.get("name") if kind == "message" else None):
            found[f"m_{name}"] = f'<bpmn:message id="m_{name}" name="{name}"/>'
        if name := options.get("signal"):
            found[f"s_{name}"] = f'<bpmn:signal id="s_{name}" name="{name}"/>'
        for coded in CODED:
            if code := options.get(coded, "").removeprefix("any"):
                found[f"{coded}_{code}"] = f'<bpmn:{coded} id="{coded}_{code}" name="{code}" {coded}Code="{code}"/>'
    return "".join(found.values())


def _node(kind: str, node: str, options: dict[str, str], inside: str) -> str:
    attributes = {"id": node, "name": options.get("called", "")} if options.get("called") else {"id": node}
    if "default" in options:
        attributes["default"] = options["default"]
    if "on" in options:
        attributes |= {"attachedToRef": options["on"], "cancelActivity": str("interrupting" in options).lower()}
    if kind == "start" and "in" in options and ("non" in options):
        attributes["isInterrupting"] = "false"
    if kind == "esub":
        attributes["triggeredByEvent"] = "true"
    if kind == "receive":
        attributes["messageRef"] = f"m_{options['message']}"
    else:
        inside = _event(kind, options) + inside
    if "loop" in options or "most" in options:
        condition = f"<bpmn:loopCondition>{escape(options['loop'])}</bpmn:loopCondition>" if "loop" in options else ""
        most = f' loopMaximum="{options["most"]}"' if "most" in options else ""
        inside += f"<bpmn:standardLoopCharacteristics{most}>{condition}</bpmn:standardLoopCharacteristics>"
    if form := options.get("form"):
        inside += f'<bpmn:extensionElements><sopan:form key="{form}"/></bpmn:extensionElements>'
    text = " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<bpmn:{TAGS[kind]} {text}>{inside}</bpmn:{TAGS[kind]}>"


def _event(kind: str, options: dict[str, str]) -> str:
    if kind == "terminate":
        return "<bpmn:terminateEventDefinition/>"
    if name := options.get("message") or (options.get("name") if kind == "message" else None):
        return f'<bpmn:messageEventDefinition messageRef="m_{name}"/>'
    for coded in CODED:
        if coded in options:
            code = options[coded].removeprefix("any")
            return f"<bpmn:{coded}EventDefinition" + (f' {coded}Ref="{coded}_{code}"/>' if code else "/>")
    if "signal" in options:
        return f'<bpmn:signalEventDefinition signalRef="s_{options["signal"]}"/>'
    if "link" in options:
        return f'<bpmn:linkEventDefinition name="{options["link"]}"/>'
    if "when" in options:
        condition = f"<bpmn:condition>{escape(options['when'])}</bpmn:condition>"
        return f"<bpmn:conditionalEventDefinition>{condition}</bpmn:conditionalEventDefinition>"
    if "at" not in options:
        return ""
    ours = "".join(f' sopan:{n}="{options[n]}"' for n in ("unit", "warn", "clock", "mulai") if n in options)
    tag = "timeCycle" if options["at"].startswith("R") else "timeDuration"
    time = f"<bpmn:{tag}>{options['at']}</bpmn:{tag}>"
    return f"<bpmn:timerEventDefinition{ours}>{time}</bpmn:timerEventDefinition>"


def _flow(line: str, number: int) -> str:
    left, _, condition = line.partition(" : ")
    source, _, target, *name = left.split()
    inside = f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>" if condition else ""
    flow = name[0] if name else f"f_{number}"
    return f'<bpmn:sequenceFlow id="{flow}" sourceRef="{source}" targetRef="{target}">{inside}</bpmn:sequenceFlow>'
