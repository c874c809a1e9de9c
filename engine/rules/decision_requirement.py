"""A decision requires only what is in its file, under names that can be read, and never in a circle."""

from engine.dmn import naming

SEVERITY = "error"
check = naming.requirements  # the reading of engine/dmn refuses the same
