"""Why the game does not go on."""


class Refused(Exception):
    """The step cannot be done rightly: nothing of it holds."""


class Unsupported(Exception):
    """The oracle does not know this; a test that meets it is wrong."""
