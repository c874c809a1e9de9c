"""Two conditions of an exclusive gateway that hold together: the first in the file wins, which the diagram hides."""

from collections import defaultdict
from collections.abc import Iterator

from engine import feel
from engine.definition import Definition, Flow
from engine.rules._expressions import names
from engine.rules._samples import CLOCK, NOW, beside, shown
from engine.rules._tree import named, outgoing
from engine.values import Value

SEVERITY = "warning"
MOST_FLOWS = 60


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """Conditions over one variable are tried with the values beside the literals that they name."""
    flows = outgoing(process)
    for node in process.nodes.values():
        if node.tag != "exclusiveGateway":
            continue
        groups: dict[str, list[Flow]] = defaultdict(list)
        for flow in flows.get(node.id, [])[:MOST_FLOWS]:
            read = names(flow.condition)
            if flow.id != node.default and len(read) == 1 and not CLOCK.search(flow.condition or ""):
                groups[next(iter(read))].append(flow)
        for name, group in groups.items():
            yield from _overlaps(name, group)


def _overlaps(name: str, flows: list[Flow]) -> Iterator[tuple[str | None, str]]:
    """For each flow the first one before it that holds with it, and a value with which both do."""
    told: set[str] = set()
    for value in [*beside(flow.condition or "" for flow in flows), True, False, "lainnya"]:
        holding = [flow for flow in flows if _holds(flow.condition or "", name, value)]
        for first, flow in zip(holding[:1] * len(holding), holding[1:], strict=False):
            if flow.id not in told:
                told.add(flow.id)
                text = (
                    "Bila {name} = {value}, syarat ini dan syarat alur {other} sama-sama benar; yang diambil {other}, "
                )
                text += "karena lebih dahulu dalam berkas. Persempit salah satunya."
                yield named(flow), text.format(name=name, value=shown(value), other=first.name or named(first))


def _holds(condition: str, name: str, value: Value) -> bool:
    try:
        return feel.compile(condition).evaluate({name: value}, NOW) is True
    except feel.FeelError:
        return False
