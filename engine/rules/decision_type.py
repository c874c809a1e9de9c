"""A typeRef names a type of FEEL."""

from engine.dmn import review

SEVERITY = "error"
check = review.types  # the reading of engine/dmn refuses the same
