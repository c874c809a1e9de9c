"""Random block-structured models of every element, in the text of tests/models.py. No two times are the same."""

from collections.abc import Callable
from random import Random

Block = Callable[[], tuple[str, str]]
CHOICES = ("a", "b", "c")
ENDS = ("end {}", "end {}", "terminate {}", "end {} error=c")


class Draft:
    """A model that grows block by block. A block is (first node, last node): one way in, one way out."""

    def __init__(self, dice: Random, depth: int = 3) -> None:
        self.dice, self.words, self.scope, self.number = dice, list[str](), "", 0
        self.conditions: list[str] = []  # variables that conditional events watch
        self.depth = depth
        start = self.node("start")
        self.close(start, self.handlers())

    @property
    def text(self) -> str:
        return "\n".join(self.words)

    def name(self, kind: str) -> str:
        self.number += 1
        return f"{kind}{self.number}"

    def node(self, kind: str, options: str = "") -> str:
        name = self.name(kind)
        self.add(f"{kind} {name} {options}")
        return name

    def add(self, words: str) -> None:
        self.words.append(words + (f" in={self.scope}" if self.scope else ""))

    def flow(self, source: str, target: str, condition: str = "") -> str:
        name = self.name("f")
        self.words.append(f"{source} > {target} {name}" + (f" : {condition}" if condition else ""))
        return name

    def close(self, start: str, inside: int) -> None:
        """From the start of a scope to its end, with so many event sub-processes beside it."""
        first, last = self.block(self.depth)
        self.flow(start, first)
        if self.dice.random() < 0.9:  # CONTRACT: a scope may have no end event
            self.flow(last, self.node("end"))
        thrown = ["error=c", "escalation=e"]  # who comes first of two that catch the same is nowhere said
        for _ in range(inside):
            self.handler(thrown)

    def handlers(self) -> int:
        return self.dice.choice((0, 0, 0, 1, 2))

    def time(self) -> str:
        """A duration or a cycle; no two are the same."""
        self.number += 1
        text = f"PT{self.dice.randint(1, 40)}H{self.number % 60}M{self.number % 59}S"
        return self.dice.choice(("", "", "R3/", "R/")) + text

    def event(self) -> str:
        """What a boundary event or the start of an event sub-process waits for."""
        kind = self.dice.choice(("at", "message", "when"))
        return {"at": self.time, "message": lambda: self.name("m"), "when": self.condition}[kind]().join(
            (f"{kind}=", "")
        )

    def condition(self) -> str:
        self.conditions.append(self.name("k"))
        return f"{self.conditions[-1]}>1"

    def handler(self, thrown: list[str]) -> None:
        """An event sub-process of the present scope."""
        outer, name = self.scope, self.node("esub")
        event = self.event()
        if thrown and self.dice.random() < 0.5:
            event = thrown.pop(self.dice.randrange(len(thrown)))
        self.scope = name
        start = self.node("start", event + self.dice.choice(("", " non")) * (event != "error=c"))
        first, last = self.task()
        self.flow(start, first)
        self.flow(last, self.node("end"))
        self.scope = outer

    def block(self, depth: int) -> tuple[str, str]:
        kinds = self.leaves()
        if depth and self.dice.random() < 0.75:
            kinds = self.nests()
        before, self.depth = self.depth, max(depth - 1, 0)
        made = self.dice.choice(kinds)()
        self.depth = before
        return made

    def leaves(self) -> list[Block]:
        return [self.task, self.task, self.catch, self.link, self.throw, self.leave_early, self.implicit]

    def nests(self) -> list[Block]:
        return [self.row, self.row, self.split, self.split, self.loop, self.sub, self.sub, self.race]

    def task(self) -> tuple[str, str]:
        name = self.node(self.dice.choice(("user", "user", "manual", "task")))
        first, last = self.bordered(name)
        if self.dice.random() < 0.2:  # it can be returned
            last = self.border(name, last, self.dice.choice(("error=r", "error=any")) + " interrupting")
        return first, last

    def bordered(self, name: str) -> tuple[str, str]:
        """An activity with up to two boundary events; the way of one leads to an end or back behind the activity."""
        last = name
        for _ in range(self.dice.choice((0, 0, 1, 1, 2))):
            last = self.border(name, last, self.event() + self.dice.choice(("", " interrupting")))
        return name, last

    def border(self, host: str, last: str, event: str) -> str:
        boundary = self.node("boundary", f"on={host} {event}")
        if self.dice.random() < 0.5:
            after = self.node("user")
            self.flow(boundary, after)
            boundary = after
        if event.endswith(" interrupting") and self.dice.random() < 0.7:
            merge = self.node("xor")
            self.flow(last, merge)
            self.flow(boundary, merge)
            return merge
        if self.dice.random() < 0.8:
            self.flow(boundary, self.node("end"))
        return last

    def catch(self) -> tuple[str, str]:
        if self.dice.random() < 0.3:
            return self.bordered(self.node("receive", f"message={self.name('m')}"))
        event = self.event().replace("at=R3/", "at=").replace("at=R/", "at=")
        event = "at=PT0S" if self.dice.random() < 0.1 else event
        name = self.node("catch", event)
        return name, name

    def link(self) -> tuple[str, str]:
        link = self.name("l")
        throw, catch = self.node("throw", f"link={link}"), self.node("catch", f"link={link}")
        return throw, catch

    def throw(self) -> tuple[str, str]:
        """A none event; or an escalation, which a task follows."""
        name = self.node("throw", self.dice.choice(("", "escalation=e")))
        task = self.node("user")
        self.flow(name, task)
        return name, task

    def leave_early(self) -> tuple[str, str]:
        """A choice between going on and an end of any kind."""
        gate, task = self.gate("xor"), self.node("user")
        self.flow(gate, self.node(*self.dice.choice(ENDS).split(" {}")), self.dice.choice(CHOICES))
        self.flow(gate, task, "")
        return self.default(gate), task

    def gate(self, kind: str) -> str:
        name = self.name(kind)
        self.add(f"{kind} {name} default={name}d")
        return name

    def default(self, gate: str) -> str:
        """The flow without condition made last out of a gate is its default."""
        index = max(i for i, w in enumerate(self.words) if w.startswith(f"{gate} > ") and " : " not in w)
        source, target = self.words[index].split()[0:3:2]
        self.words[index] = f"{source} > {target} {gate}d"
        return gate

    def row(self) -> tuple[str, str]:
        first, middle = self.block(self.depth)
        second, last = self.block(self.depth)
        self.flow(middle, second)
        return first, last

    def split(self) -> tuple[str, str]:
        kind = self.dice.choice(("xor", "and", "or"))
        gate, join = (self.gate(kind) if kind != "and" else self.node("and")), self.node(kind)
        for number in range(self.dice.choice((2, 2, 3))):
            first, last = self.block(self.depth)
            self.flow(gate, first, self.dice.choice(CHOICES) if number and kind != "and" else "")
            self.flow(last, join)
        return (self.default(gate) if kind != "and" else gate), join

    def implicit(self) -> tuple[str, str]:
        """A task with two flows out: both, or by condition; the first way stops after a task."""
        task, side, after = self.node("user"), self.node("user"), self.node("user")
        self.flow(task, side, self.dice.choice(("", *CHOICES)))
        self.flow(task, after)
        return task, after

    def loop(self) -> tuple[str, str]:
        merge, gate, after = self.node("xor"), self.gate("xor"), self.node("throw")
        first, last = self.block(self.depth)
        task = self.node("user")
        for source, target in ((merge, first), (last, task), (task, gate)):
            self.flow(source, target)
        self.flow(gate, merge, self.dice.choice(CHOICES))
        self.flow(gate, after)
        self.default(gate)
        return merge, after

    def sub(self) -> tuple[str, str]:
        outer, name = self.scope, self.node(self.dice.choice(("sub", "sub", "transaction")))
        self.scope = name
        self.close(self.node("start"), self.handlers())
        self.scope = outer
        first, last = self.bordered(name)
        escalation = self.dice.choice(("escalation=e", "escalation=e interrupting"))
        for event in ("error=c interrupting", escalation):
            if self.dice.random() < 0.4:
                last = self.border(name, last, event)
        return first, last

    def race(self) -> tuple[str, str]:
        gate, join = self.node("race"), self.node("xor")
        for _ in range(self.dice.choice((2, 3))):
            event = self.event().replace("at=R3/", "at=").replace("at=R/", "at=")
            target = self.node("catch", event)
            self.flow(gate, target)
            self.flow(target, join)
        return gate, join
