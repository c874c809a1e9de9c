"""Drafts with what repeats, calls and sends as well."""

from random import Random

from .drafts import CHOICES, Block, Draft

GROUPS = ("many", "loop", "before", "call", "signal", "message")
ACTIVITIES = ("user", "manual", "task", "receive", "send", "sub", "transaction", "call")
ENOUGH = ("", "", " until=numberOfCompletedInstances>1", " until=loopCounter=2", " until=numberOfActiveInstances<2")


class WideDraft(Draft):
    """A draft with these groups, perhaps of several processes; what is thrown is awaited somewhere in it."""

    def __init__(self, dice: Random, groups: tuple[str, ...] = GROUPS, depth: int = 3) -> None:
        self.groups, self.within, self.later = groups, list[str](), list[str]()
        self.signals, self.messages = ["nobody"], ["nobody"]  # somebody waits for the others
        super().__init__(dice, depth)
        self.words = [self.addressed(line) for line in self.words + self.later]

    def addressed(self, line: str) -> str:
        return line.replace("signal=?", f"signal={self.dice.choice(self.signals)}").replace(
            "message=?", f"message={self.dice.choice(self.messages)}"
        )

    def leaves(self) -> list[Block]:
        more = {"call": [self.again], "signal": [self.shout], "message": [self.send, self.send]}
        return super().leaves() + [block for group in self.groups for block in more.get(group, [])]

    def nests(self) -> list[Block]:
        return super().nests() + [self.call, self.call] * ("call" in self.groups)

    def node(self, kind: str, options: str = "") -> str:
        """An activity sometimes repeats."""
        kinds = [group for group in ("many", "many", "many", "loop", "before") if group in self.groups]
        if kind in ACTIVITIES and kinds and self.dice.random() < 0.25:
            options += " " + self.repeat(self.dice.choice(kinds))
        return super().node(kind, options)

    def repeat(self, kind: str) -> str:
        if kind == "many":
            number = self.dice.choice(("many=0", "many=2", "many=3", "many==n", "each=l item=o", "each=l item=o"))
            enough = self.dice.choice((*ENOUGH, f" until={self.dice.choice(CHOICES)}"))
            result = f" into={self.name('h')} out={self.dice.choice(('a', 'o', 'loopCounter'))}"
            return number + enough + self.dice.choice(("", result)) + self.dice.choice(("", " sequential"))
        rounds = f"loop={self.dice.choice(CHOICES)} most={self.dice.choice((2, 3))}"
        return self.dice.choice((rounds, rounds, "most=2")) + " before" * (kind == "before")

    def event(self) -> str:
        """Each name is awaited in one place only: who of two comes first is nowhere said."""
        if "signal" in self.groups and self.dice.random() < 0.25:
            self.signals.append(self.name("s"))
            return f"signal={self.signals[-1]}"
        event = super().event()
        if "message" in self.groups and event.startswith("message="):
            self.messages.append(event.removeprefix("message="))
            event += self.dice.choice(("", "", " key=n"))
        return event

    def catch(self) -> tuple[str, str]:
        """A signal may be awaited in many places."""
        if len(self.signals) > 1 and self.dice.random() < 0.2:
            name = self.node("catch", f"signal={self.dice.choice(self.signals[1:])}")
            return name, name
        return super().catch()

    def shout(self) -> tuple[str, str]:
        name, task = self.node("throw", "signal=?"), self.node("user")
        self.flow(name, task)
        return name, task

    def send(self) -> tuple[str, str]:
        kind = self.dice.choice(("throw", "send"))
        name, task = self.node(kind, f"message=? {self.dice.choice(('', 'key=n'))}"), self.node("user")
        self.flow(name, task)
        return name, task

    def call(self) -> tuple[str, str]:
        """A call of a process that is drafted for it; without names everything goes in and what changed comes out."""
        named = self.dice.choice(("", "", "", " give=a,b,c,l,n", " give=a,b,c,l,n take=a,n"))
        process = self.process()
        name = self.node("call", self.dice.choice((f"of={process}", f'of=="{process}"')) + named)
        first, last = self.bordered(name)
        for event in ("error=c interrupting", "escalation=e"):
            if self.dice.random() < 0.3:
                last = self.border(name, last, event)
        return first, last

    def process(self) -> str:
        outer, name = (self.words, self.scope), self.name("q")
        self.words, self.scope = [f"process {name}"], ""
        self.within.append(name)
        self.close(self.node("start"), self.handlers())
        self.within.pop()
        self.later += self.words
        self.words, self.scope = outer
        return name

    def again(self) -> tuple[str, str]:
        """A process calls itself or one that called it, if a choice says so."""
        if not self.within:
            return self.task()
        gate, merge = self.gate("xor"), self.node("xor")
        task, call = self.node("user"), self.node("call", f"of={self.dice.choice(self.within)}")
        for source, target, condition in ((gate, task, self.dice.choice(CHOICES)), (task, call, ""), (call, merge, "")):
            self.flow(source, target, condition)
        self.flow(gate, merge)
        return self.default(gate), merge
