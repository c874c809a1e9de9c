"""Which flows get a token, and when a join may fire."""

from .feel import holds
from .reading import Flow, Model, Node
from .refusals import Refused
from .state import Game, Token
from .variables import seen

PLAIN = ("endEvent", "eventBasedGateway")


def chosen(game: Game, token: Token) -> list[Flow]:
    """The flows out of a node that get a token when it completes."""
    node = token.at
    flows = game.model.outgoing(node.id)
    if node.tag in PLAIN or not flows:  # CONTRACT: "a node without outgoing flow, a gateway too, ends its token"
        return []
    if node.tag == "parallelGateway":  # BPMN 13.4.1: exactly one token on each outgoing flow
        return flows
    true, data = [], seen(token.scope)
    for flow in flows:
        if flow.id != node.default and (flow.condition is None or holds(flow.condition, data)):
            true.append(flow)
            if node.tag == "exclusiveGateway":  # CONTRACT: "later conditions are not evaluated"
                break
    # BPMN 13.4.2, 13.4.3, 13.2.1: the default flow only if no other condition holds
    true = true or [flow for flow in flows if flow.id == node.default]
    if not true:  # CONTRACT, Steps: "a gateway without a true condition and without default ... is refused"
        raise Refused(f"no condition holds at {node.id}")
    return true


def first_on_each_flow(game: Game, gateway: Node, token: Token) -> dict[str, Token]:
    """The oldest token that rests at a join on each of its incoming flows, in the scope of this token."""
    found: dict[str, Token] = {}
    for other in game.tokens:
        if other.at is gateway and other.scope is token.scope and other not in game.agenda and other.by is not None:
            found.setdefault(other.by.id, other)
    return found


def may_fire(game: Game, token: Token) -> dict[str, Token] | None:
    """The tokens that a parallel or inclusive gateway would consume now, or None: it waits."""
    full = first_on_each_flow(game, token.at, token)
    empty = {flow.id for flow in game.model.incoming(token.at.id)} - full.keys()
    if token.at.tag == "parallelGateway":  # BPMN 13.4.1: at least one token on each incoming flow
        return None if empty else full
    for other in game.tokens:
        # BPMN 13.4.3: for every path from a token to an empty flow there is one from it to a flow that has a token
        if other.scope is token.scope and other.at is not token.at:
            reached = reach(game.model, other.at.id, token.at.id)
            if reached & empty and not reached & full.keys():
                return None
    return full


def reach(model: Model, node: str, join: str) -> set[str]:
    """BPMN 13.4.3: the flows into a join at the end of a path that starts at a node and does not visit the join."""
    found, seen, todo = set(), {node}, [node]
    while todo:
        for flow_id, target in _steps(model, todo.pop()):
            if target == join:
                found.add(flow_id)
            elif target not in seen:
                seen.add(target)
                todo.append(target)
    return found


def _steps(model: Model, node: str) -> list[tuple[str, str]]:
    """One step on: the flows out of a node and of its boundary events (10.5.4: exception flow), and a link (10.5.4)."""
    sources = [node, *(event.id for event in model.attached(node))]
    found = [(flow.id, flow.target) for source in sources for flow in model.outgoing(source)]
    if catch := link_target(model, model.nodes[node]):
        found.append(("", catch.id))
    return found


def link_target(model: Model, node: Node) -> Node | None:
    """BPMN 10.5.4: a link throw continues at the link catch of its name on the same level."""
    if node.tag != "intermediateThrowEvent" or node.event != "link":
        return None
    catches = (n for n in model.nodes.values() if n.tag == "intermediateCatchEvent" and n.event == "link")
    [target] = [n for n in catches if n.detail == node.detail and n.parent == node.parent]
    return target
