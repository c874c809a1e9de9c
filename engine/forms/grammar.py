"""Which form-js we support, as tables: every component with the keys it may have and what may stand there."""

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine.forms.kinds import KINDS

Fits = Callable[[Any], bool]


def is_text(value: Any) -> bool:
    """Text of a reasonable length."""
    return isinstance(value, str) and len(value) <= 2000


def is_words(value: Any) -> bool:
    """Text that stands for itself: neither FEEL nor a template."""
    return is_text(value) and not value.startswith("=") and "{{" not in value


def is_flag(value: Any) -> bool:
    """true or false (form-js would take FEEL too; we do not)."""
    return isinstance(value, bool)


def is_number(value: Any) -> bool:
    """A number, written as one or as text."""
    if isinstance(value, str):
        value = Decimal(value) if value.replace(".", "", 1).isdecimal() else None
    return isinstance(value, Decimal) and math.isfinite(value)


def is_count(value: Any) -> bool:
    """A whole number that is not negative."""
    return isinstance(value, Decimal) and value >= 0 and value == value.to_integral_value()


def is_map(value: Any) -> bool:
    """An object."""
    return isinstance(value, dict)


def is_list(value: Any) -> bool:
    """A list."""
    return isinstance(value, list)


def is_nothing(value: Any) -> bool:
    """Absent in all but name: the key would change the meaning if it held anything."""
    return value in (None, "", False, [])


def is_options(value: Any) -> bool:
    """A non-empty list of options with a text and a different value each."""
    if not isinstance(value, list) or not 0 < len(value) <= 500:
        return False
    if not all(isinstance(one, dict) and set(one) == {"label", "value"} for one in value):
        return False
    names = [one["value"] for one in value]
    return all(map(is_words, (one["label"] for one in value))) and _different_texts(names)


def _different_texts(names: list[Any]) -> bool:
    return all(isinstance(name, str) and 0 < len(name) <= 100 for name in names) and len(set(names)) == len(names)


def is_default(value: Any) -> bool:
    """A value that a field can begin with."""
    return value is None or isinstance(value, str | bool | Decimal | list)


def one_of(*allowed: str) -> Fits:
    """One of these words."""
    return lambda value: value in allowed


def keys_of(table: Mapping[str, Fits]) -> Fits:
    """An object with no other keys than these, each fitting."""
    return lambda value: isinstance(value, dict) and all(key in table and table[key](value[key]) for key in value)


VALIDATE: dict[str, Fits] = {
    "required": is_flag, "min": is_number, "max": is_number, "minLength": is_count, "maxLength": is_count,
    "pattern": is_text, "validationType": one_of("", "custom", "email", "phone"),
}  # fmt: skip
COMMON: dict[str, Fits] = {
    "type": is_text, "id": is_text, "layout": is_map, "properties": is_map, "label": is_words,
    "conditional": keys_of({"hide": is_text}),
}  # fmt: skip
INPUT: dict[str, Fits] = COMMON | {
    "key": is_text, "description": is_words, "validate": is_map, "disabled": is_flag, "readonly": is_flag,
    "appearance": is_map, "defaultValue": is_default,
}  # fmt: skip
CHOICE: dict[str, Fits] = INPUT | {"values": is_options}
COMPONENTS: dict[str, dict[str, Fits]] = {
    "textfield": INPUT,
    "textarea": INPUT,
    "number": INPUT | {"decimalDigits": is_count, "increment": is_number, "serializeToString": is_nothing},
    "datetime": INPUT
    | {
        "subtype": one_of("date", "time"), "dateLabel": is_words, "timeLabel": is_words, "use24h": is_flag,
        "disallowPassedDates": is_nothing, "timeInterval": is_count, "timeSerializingFormat": is_text,
    },  # fmt: skip
    "checkbox": INPUT,
    "radio": CHOICE,
    "select": CHOICE | {"searchable": is_flag},
    "checklist": CHOICE,
    "expression": COMMON | {"key": is_text, "expression": is_text, "computeOn": is_text, "description": is_words},
    "group": COMMON | {
        "components": is_list, "showOutline": is_flag, "path": is_nothing,
        "verticalAlignment": is_text, "description": is_words,
    },
    "text": COMMON | {"text": is_words},
    "separator": COMMON,
    "spacer": COMMON | {"height": is_number},
    "button": COMMON | {"action": one_of("submit", "reset")},
}  # fmt: skip
NOT_FIELDS = ("group", "text", "separator", "spacer", "button")
FORM: dict[str, Fits] = {
    "id": is_text, "type": one_of("default"), "schemaVersion": is_count, "components": is_list,
    "executionPlatform": is_text, "executionPlatformVersion": is_text, "exporter": is_map, "generated": is_flag,
    "$schema": is_text, "versionTag": is_text,
}  # fmt: skip
KIND_OF = {
    "textfield": "text", "textarea": "textarea", "number": "number", "datetime": "date", "checkbox": "checkbox",
    "radio": "choice", "select": "choice", "checklist": "checklist", "expression": "computed",
}  # fmt: skip
TYPES = tuple(kind for kind in KINDS if kind not in ("text", "textarea", "date", "time", "checkbox"))
TYPES_OF_NUMBER = ("rupiah", "integer", "number")
YES_NO = one_of("true", "false")
PROPERTIES: dict[str, Fits] = {
    "sopan:type": one_of(*TYPES), "sopan:check": is_text, "sopan:message": is_words, "sopan:requiredIf": is_text,
    "sopan:pppkIf": is_text, "sopan:when": is_words, "sopan:patternMessage": is_words, "sopan:personal": YES_NO,
    "sopan:fresh": YES_NO, "sopan:fold": YES_NO, "sopan:late": YES_NO, "sopan:open": YES_NO,
}  # fmt: skip
EXPRESSIONS = ("sopan:check", "sopan:requiredIf", "sopan:pppkIf")
