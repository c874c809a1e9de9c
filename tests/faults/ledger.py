"""What a client remembers: what it sent, and what it was told. And the row of the table that comes of it."""

import secrets
import threading
from collections import Counter
from dataclasses import dataclass, field

KINDS = ("lost", "double", "corrupt", "wrong")


@dataclass(frozen=True)
class Violation:
    """One thing that must hold and does not: something `lost`, `double`, `corrupt`, or a `wrong` answer."""

    kind: str
    text: str


@dataclass(frozen=True)
class Answer:
    """What came back for one sending: an HTTP status and where it leads; without a status nothing came back."""

    status: int | None
    location: str = ""

    @property
    def done(self) -> bool:
        return self.status is not None and self.status < 400


@dataclass
class Sent:
    """One command under one key, sent once or more often. `note` is a text that only this command carries."""

    kind: str  # "start" | "complete" | "upload"
    path: str
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    note: str = field(default_factory=lambda: f"catatan {secrets.token_hex(8)}")
    answers: list[Answer] = field(default_factory=list)

    @property
    def item(self) -> str:
        """The work item it speaks of."""
        return self.path.split("/")[2]

    @property
    def acknowledged(self) -> bool:
        return any(answer.done for answer in self.answers)

    @property
    def refused(self) -> bool:
        """Whether the last word was a refusal: whoever is refused under a key knows that the key has done nothing."""
        last = self.answers[-1].status if self.answers else None
        return not self.acknowledged and last is not None

    @property
    def unknown(self) -> bool:
        return not self.acknowledged and not self.refused


class Ledger:
    """Everything that the clients of one run sent."""

    def __init__(self) -> None:
        self.all: list[Sent] = []
        self._lock = threading.Lock()

    def remember(self, sent: Sent) -> Sent:
        with self._lock:
            self.all.append(sent)
        return sent

    def count(self, what: str) -> int:
        return sum(bool(getattr(sent, what)) for sent in self.all)

    def violations(self) -> list[Violation]:
        """Answers that no command may give, and different answers for one key."""
        found = []
        for sent in self.all:
            statuses = {answer.status for answer in sent.answers}
            if any(status and status >= 500 and status != 503 for status in statuses):
                found.append(Violation("wrong", f"{sent.kind} {sent.path}: {sorted(map(str, statuses))}"))
            done = [answer.location for answer in sent.answers if answer.done]
            first = next((n for n, answer in enumerate(sent.answers) if answer.done), len(sent.answers))
            later = [answer.status for answer in sent.answers[first:] if not answer.done]
            if len(set(done)) > 1 or any(status not in (None, 503) for status in later):
                found.append(Violation("wrong", f"{sent.kind} {sent.path}: two answers for one key: {sent.answers}"))
        return found


@dataclass
class Tally:
    """One row of the table of faults."""

    name: str
    runs: int = 0
    acknowledged: int = 0
    refused: int = 0
    violations: list[Violation] = field(default_factory=list)

    def add(self, ledger: Ledger, violations: list[Violation], runs: int = 1) -> None:
        """Count a run."""
        self.runs += runs
        self.acknowledged += ledger.count("acknowledged")
        self.refused += ledger.count("refused")
        self.violations += violations

    def row(self) -> str:
        kinds = Counter(violation.kind for violation in self.violations)
        numbers = (self.runs, self.acknowledged, self.refused, *(kinds[kind] for kind in KINDS))
        return f"{self.name:<16}" + "".join(f"{number:>13}" for number in numbers)


HEAD = f"{'fault':<16}" + "".join(f"{word:>13}" for word in ("runs", "acknowledged", "refused", *KINDS))
