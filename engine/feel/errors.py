"""What FEEL refuses: a text that is not in our subset, and a calculation that grows over its budget."""

from engine.errors import EngineError


class FeelError(EngineError):
    """Ungkapan FEEL itu tidak dapat dipakai."""
