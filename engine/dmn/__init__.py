"""Decision tables of DMN, with FEEL in their cells: read, checked and evaluated; no code runs from a table."""

from engine.dmn.deciding import decide
from engine.dmn.reading import read
from engine.dmn.table import Clause, Decision, Rule, Table

__all__ = ["Clause", "Decision", "Rule", "Table", "decide", "read"]
