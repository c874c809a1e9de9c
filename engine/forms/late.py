"""Numbers and dates of letters that follow after their step is completed ("nomor menyusul")."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TypeGuard

from engine import feel
from engine.errors import BadForm, FieldError
from engine.forms.checker import check_data, read
from engine.forms.kinds import COMPUTED, is_empty
from engine.forms.shape import Field, Form, Section
from engine.values import Value


def lacking(form: Form | None, values: Mapping[str, Value]) -> list[str]:
    """The fields that a completed form left empty because they may follow. A hidden field lacks nothing."""
    fields = form.fields if form else ()
    return [one.key for one in fields if one.late and one.key in values and is_empty(values[one.key])]


def at_once(form: Form) -> Form:
    """A form in which nothing may follow: a start is completed by nobody, so nobody could be asked."""
    return replace(form, parts=tuple(replace(one, late=False) if _late(one) else one for one in form.parts))


def only(form: Form, keys: Collection[str], required: bool = False) -> Form:
    """A small form with nothing but these fields of another, all of them `required` or none."""
    fields = (one for one in form.fields if one.key in keys)
    parts = (replace(one, section=0, hides=(), fresh=True, late=False, required=required) for one in fields)
    return Form(form.key, tuple(parts), (Section(0),))


def check_late(
    form: Form, given: Mapping[str, Value], filled: Mapping[str, Value], variables: Mapping[str, Value]
) -> dict[str, Value]:
    """The values of fields that follow, checked as the whole form would have been with them; what is empty is not
    given. `filled` is what the step was completed with. Raises BadForm."""
    shown = replace(form, parts=tuple(replace(one, hides=()) if _is(one, given) else one for one in form.parts))
    names = {one.key for one in form.fields if one.kind != COMPUTED and not one.readonly}
    values, _ = read(only(form, given), given)
    new = {key: value for key, value in values.items() if not is_empty(value)}
    try:
        check_data(shown, {**{key: filled[key] for key in names & filled.keys()}, **given}, variables)
    except BadForm as error:
        if wrong := [one for one in error.errors if _about(form, one, given, new)]:
            raise BadForm(wrong) from error
    return new


def _late(part: object) -> TypeGuard[Field]:
    return isinstance(part, Field) and part.late


def _is(part: object, given: Mapping[str, Value]) -> bool:
    return isinstance(part, Field) and part.key in given


def _about(form: Form, error: FieldError, given: Mapping[str, Value], new: Mapping[str, Value]) -> bool:
    """Whether an error is about what is given now: its own field, or one that is compared with it."""
    field = form.field(error.field)
    if field is None or error.field in given:
        return True
    return field.check is not None and not new.keys().isdisjoint(feel.compile(field.check).names)
