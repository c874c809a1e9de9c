"""A form as a page shows it: each field's text, whether it is visible now, and in words when it would be."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine import feel
from engine.forms.checker import read, settle
from engine.forms.kinds import COMPUTED, KINDS, input_text, is_empty, text
from engine.forms.reader import first_value
from engine.forms.shape import Field, Form, Note
from engine.values import Value

_EQUAL = re.compile(r'=?\s*([A-Za-z_]\w*)\s*(!=|=)\s*"([^"]*)"\s*')


@dataclass(frozen=True)
class Row:
    """A field (or note) on the page: the text in its input, what is chosen, how its value reads, and its conditions."""

    part: Field | Note
    visible: bool = True
    value: str = ""
    chosen: tuple[str, ...] = ()  # of choices, checklists and checkboxes ("ya")
    text: str = ""
    when: str = ""  # "Hasil pemilihan: Gagal", where it is shown only then
    required_when: str = ""  # the same, where it is required only then
    keyboard: str = ""
    readable: bool = True  # what was typed is a value of the field's kind
    name: str = ""  # of the field, or of the note by its place

    @property
    def computed(self) -> bool:
        """Whether it is for reading, and follows from other fields."""
        return isinstance(self.part, Field) and self.part.kind == COMPUTED

    @property
    def filled(self) -> bool:
        """Whether anything stands in the field."""
        return bool(self.value or self.chosen)


def shown(
    form: Form, variables: Mapping[str, Value], typed: Mapping[str, Sequence[str] | str] | None = None
) -> list[Row]:
    """The rows of a form. With `typed` (what was submitted, or a draft) exactly that stands in the fields, right or
    wrong; without, what the case's variables hold, else the defaults."""
    if typed is None:
        data = {field.key: _first(field, variables) for field in form.fields}
        given = {field.key: _texts(field, data[field.key]) for field in form.fields}
    else:
        given = {key: [value] if isinstance(value, str) else list(value) for key, value in typed.items()}
        data = {key: value[0] if len(value) == 1 else value for key, value in given.items()}
    values, wrong = read(form, data)
    context, hidden = settle(form, values, variables)
    for field in form.fields:
        if field.kind in ("date", "time") and field.key not in wrong:
            given[field.key] = _texts(field, values[field.key])  # the only text that a date input shows
    rows = [_row(form, part, given, context, hidden) for part in form.parts]
    named = [(_key(row), row) for row in rows]
    return [replace(row, name=key or f"={n}", readable=key not in wrong) for n, (key, row) in enumerate(named)]


def asked(form: Form) -> frozenset[str]:
    """The fields on which it depends what else is shown, or what is computed."""
    texts = [hide for part in form.parts for hide in part.hides]
    texts += [field.expression for field in form.fields if field.expression]
    names = {name for text in texts for name in feel.compile(text).names}
    return frozenset(names & {field.key for field in form.fields})


def typed(form: Form, given: Mapping[str, Value]) -> dict[str, list[str]]:
    """What would have been typed for these values: a draft."""
    texts = {field.key: _texts(field, given[field.key]) for field in form.fields if field.key in given}
    return {key: found for key, found in texts.items() if found}


def _row(
    form: Form, part: Field | Note, given: Mapping[str, list[str]], context: Mapping[str, Value], hidden: set[str]
) -> Row:
    if isinstance(part, Note):
        visible = not any(feel.holds_or_false(hide, context) for hide in part.hides)
        return Row(part, visible, when=_words(form, part.hides, "!="))
    texts = [one for one in given.get(part.key, []) if one]
    if part.readonly or part.kind == COMPUTED:
        texts = _texts(part, context[part.key])
    choice = part.kind in ("choice", "checklist", "checkbox")
    return Row(
        part,
        visible=part.key not in hidden,
        value="" if choice or not texts else texts[0],
        chosen=tuple(texts) if choice else (),
        text=text(part, context[part.key]),
        when=part.when if part.hides and part.when else _words(form, part.hides, "!="),
        required_when=(part.when or _words(form, (part.required_if,), "=")) if part.required_if else "",
        keyboard=KINDS[part.kind].keyboard if part.kind in KINDS else "",
    )


def _key(row: Row) -> str:
    return row.part.key if isinstance(row.part, Field) else ""


def _first(field: Field, variables: Mapping[str, Value]) -> Value:
    value = None if field.fresh else variables.get(field.key)
    return first_value(field) if value is None else value


def _texts(field: Field, value: Value) -> list[str]:
    if is_empty(value):
        return []
    if field.kind == "checklist" and isinstance(value, list):
        return [str(one) for one in value]
    return [input_text(field, value)]


def _words(form: Form, conditions: Sequence[str | None], sign: str) -> str:
    """Conditions in words, where each is as simple as `field = "value"`; else nothing: the page says it generally."""
    found = [_EQUAL.fullmatch(condition or "") for condition in conditions]
    said = []
    for one in found:
        field = form.field(one[1]) if one and one[2] == sign else None
        if one is None or field is None:
            return ""
        said.append(f"{field.label}: {text(field, one[3])}")
    return ", ".join(said)
