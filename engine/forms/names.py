"""Names that a field may have: ASCII, and nothing that expressions, the engine or Python already mean by that word."""

from engine.feel import BUILTINS
from engine.values import NAME

KEYWORDS = frozenset({
    "and", "or", "not", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between",
    "instance", "of", "function", "external", "true", "false", "null", "item", "partial",
})  # fmt: skip
OF_DMN = frozenset({  # DMN's names of one word, whether we have them already or not
    "date", "time", "duration", "number", "string", "abs", "ceiling", "floor", "round", "decimal", "modulo",
    "sqrt", "log", "exp", "odd", "even", "count", "min", "max", "sum", "mean", "median", "mode", "product",
    "stddev", "all", "any", "sublist", "append", "concatenate", "remove", "reverse", "union", "flatten", "sort",
    "split", "contains", "substring", "matches", "replace", "today", "now", "before", "after", "meets",
    "overlaps", "includes", "during",
})  # fmt: skip
ENGINE = frozenset({
    "loopCounter", "numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances", "nrOfInstances",
    "nrOfActiveInstances", "nrOfCompletedInstances", "typename", "lane_owners", "csrf_token",
})  # fmt: skip
RESERVED = KEYWORDS | OF_DMN | ENGINE | frozenset(BUILTINS)


def complaint(name: str) -> str | None:
    """Why a field cannot have this name, as a sentence; None if it can."""
    if not NAME.fullmatch(name) or len(name) > 60:
        return f"Nama isian {name[:60]!r} harus huruf ASCII, angka dan garis bawah, paling panjang 60."
    if name.startswith("_") or name in RESERVED or name.lower() in KEYWORDS:
        return f"Nama isian {name!r} sudah dipakai oleh sistem."
    return None
