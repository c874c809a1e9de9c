"""A decision table has outputs and rules, and each rule a cell for each column."""

from engine.dmn import review

SEVERITY = "error"
check = review.shapes  # the reading of engine/dmn refuses the same
