"""Small models for tests, written as text: one line (or one part between bars) a node, one a flow.

start S | user A lane=PPK | xor G default=f2 | and P | or O | race R | end E | terminate T | end X error=c
timer W on=A at=PT1H [interrupting] | message M on=A name=stop [interrupting] | boundary B on=U error=c [interrupting]
catch C at=PT1H | catch C message=m | catch C when=x>1 | catch C link=l | receive V message=m
throw H | throw H link=l | throw H escalation=c | throw H signal=s | boundary B on=A signal=s
user A loop=x<3 most=5 [before]
user A many=3 | user A each=orang item=o into=hasil out=h until=numberOfCompletedInstances>1 [sequential]
sub U | transaction U | esub V | start S in=V message=m [non] | user A in=U
send M message=m key=x | throw T message=m key=x | catch C message=m key=x
rule R decision=d result=hasil
call C of=other | call C of==x | call C of=other give=a,b take=c
process other (what follows stands in another process of the same file; ids are unique in the file)
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
    "sub": "subProcess", "esub": "subProcess", "transaction": "transaction", "send": "sendTask",
    "rule": "businessRuleTask", "call": "callActivity",
}  # fmt: skip
CODED = ("error", "escalation")
Nodes = dict[str, tuple[str, dict[str, str]]]


def model(text: str, key: str = "p") -> bytes:
    """The BPMN file of a text."""
    nodes: Nodes = {}
    flows: list[tuple[str, str]] = []  # (source, xml)
    processes = {key: (nodes, flows)}
    lines = filter(None, (line.strip() for line in text.replace("|", "\n").splitlines()))
    for number, line in enumerate(lines):
        if " > " in line:
            flows.append((line.split()[0], _flow(line, number)))
            continue
        kind, node, *rest = line.split()
        if kind == "process":
            nodes, flows = processes.setdefault(node, ({}, []))
            continue
        nodes[node] = (kind, dict(word.split("=", 1) if "=" in word else (word, "yes") for word in rest))
    told = "".join(_process(name, *found, "" if name == key else f"_{name}") for name, found in processes.items())
    named = _named([node for found, _ in processes.values() for node in found.values()])
    return f"{HEAD}{named}{told}</bpmn:definitions>".encode()


def _process(name: str, nodes: Nodes, flows: list[tuple[str, str]], suffix: str) -> str:
    body = _lanes(nodes, suffix) + _scope(None, nodes, flows)
    return f'<bpmn:process id="{name}" name="{name}" isExecutable="true">{body}</bpmn:process>'


def _scope(scope: str | None, nodes: Nodes, flows: list[tuple[str, str]]) -> str:
    """The nodes and flows that stand directly in a sub-process, or in the process."""
    found = []
    for node, (kind, options) in nodes.items():
        if options.get("in") == scope:
            inside = _scope(node, nodes, flows) if kind in ("sub", "esub", "transaction") else ""
            found.append(_node(kind, node, options, inside))
    found += [xml for source, xml in flows if source in nodes and nodes[source][1].get("in") == scope]
    return "".join(found)


def _lanes(nodes: Nodes, suffix: str) -> str:
    lanes: dict[str, list[str]] = {}
    for node, (_, options) in nodes.items():
        if "lane" in options:
            lanes.setdefault(options["lane"], []).append(node)
    refs = {lane: "".join(f"<bpmn:flowNodeRef>{n}</bpmn:flowNodeRef>" for n in found) for lane, found in lanes.items()}
    told = "".join(f'<bpmn:lane id="L_{lane}{suffix}" name="{lane}">{text}</bpmn:lane>' for lane, text in refs.items())
    return f'<bpmn:laneSet id="LS{suffix}">{told}</bpmn:laneSet>' if lanes else ""


def _named(nodes: list[tuple[str, dict[str, str]]]) -> str:
    """The messages, errors and escalations that the nodes refer to."""
    found: dict[str, str] = {}
    for kind, options in nodes:
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
    if "of" in options:
        attributes["calledElement"] = options["of"]
    attributes |= {f"sopan:{name}": options[name] for name in ("decision", "result") if name in options}
    if "key" in options:
        attributes["sopan:key"] = options["key"]
    if kind in ("receive", "send"):
        attributes["messageRef"] = f"m_{options['message']}"
    else:
        inside = _event(kind, options) + inside
    inside = _copied(node, options) + _multi_instance(node, options) + inside + _standard_loop(options)
    if form := options.get("form"):
        inside += f'<bpmn:extensionElements><sopan:form key="{form}"/></bpmn:extensionElements>'
    text = " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<bpmn:{TAGS[kind]} {text}>{inside}</bpmn:{TAGS[kind]}>"


def _standard_loop(options: dict[str, str]) -> str:
    if "loop" not in options and "most" not in options:
        return ""
    condition = f"<bpmn:loopCondition>{escape(options['loop'])}</bpmn:loopCondition>" if "loop" in options else ""
    most = f' loopMaximum="{options["most"]}"' if "most" in options else ""
    most += ' testBefore="true"' if "before" in options else ""
    return f"<bpmn:standardLoopCharacteristics{most}>{condition}</bpmn:standardLoopCharacteristics>"


def _multi_instance(node: str, options: dict[str, str]) -> str:
    if "many" not in options and "each" not in options:
        return ""
    texts = {"loopCardinality": "many", "loopDataInputRef": "each", "loopDataOutputRef": "into"}
    told = [f"<bpmn:{tag}>{escape(options[word])}</bpmn:{tag}>" for tag, word in texts.items() if word in options]
    for tag, word in {"inputDataItem": "item", "outputDataItem": "out"}.items():
        if word in options:
            told.append(f'<bpmn:{tag} id="{node}_{word}" name="{options[word]}"/>')
    if "until" in options:
        told.append(f"<bpmn:completionCondition>{escape(options['until'])}</bpmn:completionCondition>")
    kind = ' isSequential="true"' if "sequential" in options else ""
    return f"<bpmn:multiInstanceLoopCharacteristics{kind}>{''.join(told)}</bpmn:multiInstanceLoopCharacteristics>"


def _copied(node: str, options: dict[str, str]) -> str:
    """The ioSpecification of a call activity: what it gives, and what it takes back."""
    if "give" not in options and "take" not in options:
        return ""
    data = {"dataInput": ("give", "inputSet"), "dataOutput": ("take", "outputSet")}
    told = sets = ""
    for tag, (word, group) in data.items():
        names = list(filter(None, options.get(word, "").split(",")))
        told += "".join(f'<bpmn:{tag} id="{node}_{word}_{name}" name="{name}"/>' for name in names)
        refs = "".join(f"<bpmn:{tag}Refs>{node}_{word}_{name}</bpmn:{tag}Refs>" for name in names)
        sets += f"<bpmn:{group}>{refs}</bpmn:{group}>"
    return f"<bpmn:ioSpecification>{told}{sets}</bpmn:ioSpecification>"


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
