"""Some run can bring a second token where one is already (CONTRACT, Soundness): a step would open twice at once."""

from collections.abc import Iterator

from engine.definition import Definition
from engine.rules._runs import flaws

SEVERITY = "warning"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """The shortest such run, by the names of its elements."""
    double = flaws(process).double
    if double is not None:
        text = "Langkah ini dapat dicapai dua kali sekaligus. Misalnya: {run}. Gabungkan cabangnya lebih dahulu."
        yield double.element, text.format(run=double.told(process))
