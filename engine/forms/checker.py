"""From what was filled in to typed values, or to sentences that say what is wrong with which field."""

from collections.abc import Iterator, Mapping, Sequence

from engine import feel
from engine.errors import BadForm, BadValue, FieldError
from engine.forms import patterns, texts
from engine.forms.kinds import COMPUTED, convert, empty, input_text, is_empty
from engine.forms.shape import Field, Form
from engine.values import Value


def check(form: Form, submitted: Mapping[str, Sequence[str] | str], variables: Mapping[str, Value]) -> dict[str, Value]:
    """The typed values of a page's form, names mapped to text or to lists of text (`request.form.lists()`).

    Conditions see these values and the case's `variables`. Raises BadForm with every field's errors, in the order of
    the form; pages take out their own names (CSRF token, version) first, for unknown names are refused.
    """
    return check_data(form, {name: _single(text) for name, text in submitted.items()}, variables)


def check_data(form: Form, data: Mapping[str, Value], variables: Mapping[str, Value]) -> dict[str, Value]:
    """The same for typed data from a shell, the API or a scenario: text is converted by the field's kind."""
    values, wrong = read(form, data)
    context, hidden = settle(form, values, variables)
    errors = list(_unknown(form, data))
    for field in form.fields:
        if field.key not in hidden:
            bad = wrong.get(field.key)
            errors += [bad] if bad else _faults(form, field, context, wrong, data)
    if errors:
        raise BadForm(errors)
    written = [field for field in form.fields if field.key not in hidden and not field.readonly]
    return {field.key: context[field.key] for field in written}


def read(form: Form, data: Mapping[str, Value]) -> tuple[dict[str, Value], dict[str, FieldError]]:
    """Each field's value, and the error of each that cannot be read (which then counts as empty)."""
    values: dict[str, Value] = {}
    wrong: dict[str, FieldError] = {}
    for field in form.fields:
        values[field.key] = empty(field)
        if field.kind == COMPUTED:
            continue
        try:
            values[field.key] = convert(field, data.get(field.key))
        except BadValue as error:
            wrong[field.key] = FieldError(field.key, error.text, tuple(error.values.items()))
    return values, wrong


def settle(
    form: Form, values: Mapping[str, Value], variables: Mapping[str, Value]
) -> tuple[dict[str, Value], set[str]]:
    """What conditions see, and which fields are hidden. A hidden field counts as null, which may hide others."""
    own = {field.key: values[field.key] for field in form.fields if not field.readonly}
    hidden: set[str] = set()
    for _ in form.fields:
        context = _computed(form, {**variables, **own, **dict.fromkeys(hidden)})
        now = {field.key for field in form.fields if any(feel.holds_or_false(hide, context) for hide in field.hides)}
        if now == hidden:
            break
        hidden = now
    return _computed(form, {**variables, **own, **dict.fromkeys(hidden)}), hidden


def _computed(form: Form, context: dict[str, Value]) -> dict[str, Value]:
    for field in form.fields:
        if field.kind == COMPUTED and field.expression:
            context[field.key] = _evaluated(field.expression, context)
        context.setdefault(field.key, None)
    return context


def _evaluated(expression: str, context: Mapping[str, Value]) -> Value:
    try:
        return feel.compile(expression).evaluate(context)
    except feel.FeelError:
        return None  # a computed field is for reading: half-filled forms have no value yet


def _single(text: Sequence[str] | str) -> Value:
    if isinstance(text, str):
        return text
    return text[0] if len(text) == 1 else list(text)


def _unknown(form: Form, data: Mapping[str, Value]) -> Iterator[FieldError]:
    for name in data:
        if form.field(name) is None:
            shown = "".join(letter if letter.isprintable() else "?" for letter in name[:60])
            yield FieldError(shown, "Isian {name} tidak dikenal dalam formulir ini.", (("name", shown),))


def _faults(
    form: Form, field: Field, context: Mapping[str, Value], wrong: Mapping[str, FieldError], data: Mapping[str, Value]
) -> list[FieldError]:
    """What is wrong with one visible field that could be read."""
    value = context[field.key]
    if field.readonly or field.kind == COMPUTED:
        return list(_changed(field, value, data))
    if is_empty(value):
        needed = field.required or (field.required_if and feel.holds_or_false(field.required_if, context))
        return [_error(field, _needed(field))] if needed and not field.late else []
    faults = [*_limit_faults(field, value), *_nip_faults(field, value, context)]
    return faults or list(_check_faults(form, field, context, wrong))


def _changed(field: Field, value: Value, data: Mapping[str, Value]) -> Iterator[FieldError]:
    given = data.get(field.key)
    if not is_empty(given) and given != value and given != input_text(field, value):
        yield _error(field, "{label} tidak dapat diubah di langkah ini.")


_NEEDED = {
    "choice": "{label} wajib dipilih.",
    "checklist": "{label}: pilih paling sedikit satu.",
    "checkbox": "{label} wajib dicentang.",
}


def _needed(field: Field) -> str:
    return _NEEDED.get(field.kind, "{label} wajib diisi.")


def _limit_faults(field: Field, value: Value) -> Iterator[FieldError]:
    limits = field.limits
    if field.kind in ("rupiah", "integer", "number"):
        if limits.min is not None and value < limits.min:
            yield _error(field, "{label} paling sedikit {limit}.", limit=input_text(field, limits.min))
        if limits.max is not None and value > limits.max:
            yield _error(field, "{label} paling banyak {limit}.", limit=input_text(field, limits.max))
        if limits.step is not None and value % limits.step:
            yield _error(field, "{label} harus kelipatan {limit}.", limit=input_text(field, limits.step))
        if limits.digits is not None and value != round(value, limits.digits):
            yield _error(field, "{label} paling banyak {limit} angka di belakang koma.", limit=str(limits.digits))
    elif isinstance(value, str):
        yield from _text_faults(field, value)


def _text_faults(field: Field, value: str) -> Iterator[FieldError]:
    limits = field.limits
    if limits.min_length is not None and len(value) < limits.min_length:
        yield _error(field, "{label} paling pendek {limit} huruf.", limit=str(limits.min_length))
    if limits.max_length is not None and len(value) > limits.max_length:
        yield _error(field, "{label} paling panjang {limit} huruf.", limit=str(limits.max_length))
    if limits.pattern and not patterns.fits(limits.pattern, value):
        if limits.pattern_message:
            yield _error(field, "{message}", message=limits.pattern_message)
        else:
            yield _error(field, "{label} belum sesuai dengan bentuk yang diminta.")


def _nip_faults(field: Field, value: Value, context: Mapping[str, Value]) -> Iterator[FieldError]:
    pppk = field.pppk_if and feel.holds_or_false(field.pppk_if, context)
    if field.kind == "nip" and not pppk and not texts.is_pns(value):
        yield _error(field, "{label}: periksa angka ke-9 sampai ke-18 (bulan pengangkatan, 1 atau 2, nomor urut).")


def _check_faults(
    form: Form, field: Field, context: Mapping[str, Value], wrong: Mapping[str, FieldError]
) -> Iterator[FieldError]:
    """The field's own check, unless another field that it compares with is still empty or unreadable."""
    if field.check is None:
        return
    others = [name for name in feel.compile(field.check).names if form.field(name) and name != field.key]
    waits = any(name in wrong or context[name] is None for name in others)
    if not waits and not feel.holds_or_false(field.check, context):
        yield _error(field, "{message}", message=field.message)


def _error(field: Field, sentence: str, **values: str) -> FieldError:
    return FieldError(field.key, sentence, (("label", field.label), *values.items()))
