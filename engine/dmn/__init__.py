"""Decision tables of DMN, with FEEL in their cells: read, checked and evaluated; no code runs from a table."""

from engine.dmn.deciding import decide
from engine.dmn.nodes import keys
from engine.dmn.reading import parse, read
from engine.dmn.table import Decision, Table

__all__ = ["Decision", "Table", "decide", "keys", "parse", "read"]
