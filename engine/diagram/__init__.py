"""Our own drawing of a BPMN file as SVG: for pages without scripts, for history, and for print.

Only classes and geometry come out, never a style, so that it passes the strict CSP; the looks are in diagram.css.
"""

from engine.diagram.drawing import Drawing, draw
from engine.diagram.mark import Mark
from engine.diagram.mini import Words, mini

__all__ = ["Drawing", "Mark", "Words", "draw", "mini"]
