"""FEEL, the language of conditions: our subset, compiled once to closures, with a budget (docs/reference/feel.md)."""

from engine.feel.builtins import TABLE as BUILTINS
from engine.feel.errors import FeelError
from engine.feel.expression import Expression, compile, holds, holds_or_false
from engine.feel.unary import UnaryTests, unary

__all__ = ["BUILTINS", "Expression", "FeelError", "UnaryTests", "compile", "holds", "holds_or_false", "unary"]
