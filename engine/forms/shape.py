"""What a form is once it has been read: fields, notes and sections. All of it values, nothing of form-js' JSON."""

from dataclasses import dataclass, field
from decimal import Decimal

from engine.values import Value


@dataclass(frozen=True)
class Option:
    """One thing that can be chosen: what is stored, and what people read."""

    value: str
    label: str


@dataclass(frozen=True)
class Limits:
    """What form-js' own `validate` asks of a value; None asks nothing. Lengths in characters."""

    min: Decimal | None = None
    max: Decimal | None = None
    step: Decimal | None = None
    digits: int | None = None  # decimal places at most
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    pattern_message: str | None = None


@dataclass(frozen=True)
class Field:
    """One field: its variable's name, its words, its kind (engine.forms.kinds) and the FEEL texts that govern it."""

    key: str
    label: str
    kind: str
    required: bool = False
    options: tuple[Option, ...] = ()
    description: str = ""
    hides: tuple[str, ...] = ()  # hidden while one of these holds: its own condition and its group's
    required_if: str | None = None
    check: str | None = None
    message: str = ""  # what to say when `check` does not hold
    when: str = ""  # the analyst's words for "shown or required only when ..."
    pppk_if: str | None = None  # of a NIP: while it holds, the rules for civil servants' numbers do not apply
    expression: str | None = None  # of a computed field
    group: str = ""  # label of the group it stands in
    section: int = 0  # index in Form.sections
    line: int = 0  # fields with one line number stand side by side
    personal: bool = False  # personal data (UU PDP)
    open: bool = False  # shown to outsiders whom a case names, whatever lane filled it in
    readonly: bool = False  # shown from the case, never written
    fresh: bool = False  # never filled in from an earlier round: a decision is made anew
    late: bool = False  # the number or date of a letter: required, but it may follow after the step is completed
    default: Value = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Note:
    """A sentence between fields."""

    text: str
    hides: tuple[str, ...] = ()
    section: int = 0
    line: int = 0


@dataclass(frozen=True)
class Section:
    """Fields that stand together: a group with its label, or (without label) what stands between groups."""

    index: int
    label: str = ""
    fold: bool = False  # optional things: folded until somebody opens them
    when: str = ""
    hide: str | None = None


@dataclass(frozen=True)
class Form:
    """A form by its key, in the order of its file."""

    key: str
    parts: tuple[Field | Note, ...]
    sections: tuple[Section, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field, hidden or not, in order."""
        return tuple(part for part in self.parts if isinstance(part, Field))

    def field(self, key: str) -> Field | None:
        """The field of this name, or None."""
        return next((part for part in self.fields if part.key == key), None)
