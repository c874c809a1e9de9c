"""From a form-js file to a form."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import count
from typing import Any

from engine.errors import BadValue, Problem, Rejected
from engine.forms import grammar
from engine.forms.kinds import convert, empty
from engine.forms.review import review
from engine.forms.shape import Field, Form, Limits, Note, Option, Section
from engine.values import Value, from_json

LARGEST = 1_000_000  # bytes of a form file


def load(content: bytes, file: str) -> Form:
    """The form in a file of form-js JSON. Raises Rejected; each problem names file and component."""
    if len(content) > LARGEST:
        raise Rejected([Problem(file, None, "form-size", "error", "Berkas formulir lebih besar dari 1 MB.")])
    try:
        data = from_json(content)
    except BadValue as error:
        raise Rejected([Problem(file, None, "form-json", "error", str(error))]) from error
    if problems := review(data, file):
        raise Rejected(problems)
    return _with_defaults(_form(data), file)


def _form(data: Mapping[str, Any]) -> Form:
    sections = list(_sections(data["components"]))
    lines = count(1)
    parts: list[Field | Note] = []
    for section, components in sections:
        rows: dict[str, int] = {}
        for component in components:
            row = str(component.get("layout", {}).get("row") or "")
            line = rows.setdefault(row, next(lines)) if row else next(lines)
            if part := _part(component, section, line):
                parts.append(part)
    return Form(data["id"], tuple(parts), tuple(section for section, _ in sections))


def _sections(components: list[dict[str, Any]]) -> Iterator[tuple[Section, list[dict[str, Any]]]]:
    """Groups, and what stands between them, in order."""
    index, loose = 0, []
    for component in components:
        if component["type"] != "group":
            loose.append(component)
            continue
        if loose:
            yield Section(index), loose
            index, loose = index + 1, []
        yield _group(component, index), component["components"]
        index += 1
    if loose:
        yield Section(index), loose


def _group(component: Mapping[str, Any], index: int) -> Section:
    ours = component.get("properties", {})
    return Section(
        index,
        component.get("label", ""),
        fold=ours.get("sopan:fold") == "true",
        when=ours.get("sopan:when", ""),
        hide=_hide(component),
    )


def _part(component: Mapping[str, Any], section: Section, line: int) -> Field | Note | None:
    hides = tuple(hide for hide in (section.hide, _hide(component)) if hide)
    if component["type"] == "text":
        return Note(component.get("text", ""), hides, section.index, line)
    if component["type"] in grammar.NOT_FIELDS:
        return None
    return _field(component, hides, section, line)


def _field(component: Mapping[str, Any], hides: tuple[str, ...], section: Section, line: int) -> Field:
    ours: Mapping[str, str] = component.get("properties", {})
    return Field(
        key=component["key"],
        label=component.get("label") or component["dateLabel"],
        kind=_kind(component),
        required=component.get("validate", {}).get("required", False),
        options=tuple(Option(one["value"], one["label"]) for one in component.get("values", [])),
        description=component.get("description", ""),
        hides=hides,
        required_if=ours.get("sopan:requiredIf"),
        check=ours.get("sopan:check"),
        message=ours.get("sopan:message", ""),
        when=ours.get("sopan:when", "") or section.when,
        pppk_if=ours.get("sopan:pppkIf"),
        expression=component.get("expression"),
        group=section.label,
        section=section.index,
        line=line,
        personal=ours.get("sopan:personal") == "true",
        open=ours.get("sopan:open") == "true",
        readonly=component.get("readonly", False) or component.get("disabled", False),
        fresh=ours.get("sopan:fresh") == "true",
        late=ours.get("sopan:late") == "true",
        default=component.get("defaultValue"),
        limits=_limits(component),
    )


def _kind(component: Mapping[str, Any]) -> str:
    if named := component.get("properties", {}).get("sopan:type"):
        return str(named)
    kind = component["type"]
    if kind == "datetime":
        return str(component.get("subtype", "date"))
    if kind == "number" and component.get("decimalDigits") == 0:
        return "integer"
    asked = component.get("validate", {}).get("validationType")
    return asked if kind == "textfield" and asked in ("email", "phone") else grammar.KIND_OF[kind]


def _limits(component: Mapping[str, Any]) -> Limits:
    asked = component.get("validate", {})
    return Limits(
        min=_number(asked.get("min")),
        max=_number(asked.get("max")),
        step=_number(component.get("increment")) or None,
        digits=_count(component.get("decimalDigits")),
        min_length=_count(asked.get("minLength")),
        max_length=_count(asked.get("maxLength")),
        pattern=asked.get("pattern") or None,
        pattern_message=component.get("properties", {}).get("sopan:patternMessage"),
    )


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _count(value: Any) -> int | None:
    return None if value is None else int(value)


def _hide(component: Mapping[str, Any]) -> str | None:
    return component.get("conditional", {}).get("hide") or None


def _with_defaults(form: Form, file: str) -> Form:
    """The form, if every field can begin with its default value."""
    problems = [
        Problem(file, field.key, "form-value", "error", f"Nilai awal tidak dapat dipakai: {why}")
        for field in form.fields
        if (why := _default_error(field))
    ]
    if problems:
        raise Rejected(problems)
    return form


def _default_error(field: Field) -> str | None:
    try:
        first_value(field)
    except BadValue as error:
        return str(error)
    return None


def first_value(field: Field) -> Value:
    """What a field holds before anybody touched it. Raises BadValue if its default does not fit its kind."""
    return empty(field) if field.default is None or field.expression else convert(field, field.default)
