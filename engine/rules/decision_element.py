"""What a DMN file holds that no decision table or expression is, is refused by name."""

from engine.dmn import review

SEVERITY = "error"
check = review.elements  # the reading of engine/dmn refuses the same
