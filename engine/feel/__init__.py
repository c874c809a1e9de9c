"""FEEL, the language of conditions: our subset, compiled once to closures, with a budget (docs/reference/feel.md)."""

from engine.feel.builtins import TABLE as BUILTINS
from engine.feel.errors import FeelError
from engine.feel.expression import Expression, Tests, compile, compile_tests, holds, holds_or_false
from engine.feel.operators import KINDS, equal
from engine.feel.scope import Scope

__all__ = [
    "BUILTINS", "KINDS", "Expression", "FeelError", "Scope", "Tests",
    "compile", "compile_tests", "equal", "holds", "holds_or_false",
]  # fmt: skip
