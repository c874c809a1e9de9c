"""What rules share to look at FEEL texts."""

from engine import feel


def unreadable(text: str) -> str | None:
    """Why a text is not FEEL, or None if it is."""
    try:
        feel.compile(text)
    except feel.FeelError as error:
        return str(error)
    return None


def names(text: str | None) -> frozenset[str]:
    """The free names that a FEEL text reads; none of a text that is not FEEL."""
    try:
        return feel.compile(text).names if text else frozenset()
    except feel.FeelError:
        return frozenset()
