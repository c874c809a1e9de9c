"""Every cell and expression of a decision is FEEL that can be read."""

from engine.dmn import review

SEVERITY = "error"
check = review.cells  # the reading of engine/dmn refuses the same
