"""Some run can get stuck with a token that waits for ever (CONTRACT, Soundness); conditions that belong together may
make this wrong, so it is a warning."""

from collections.abc import Iterator

from engine.definition import Definition
from engine.rules._runs import flaws

SEVERITY = "warning"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """The shortest such run, by the names of its elements."""
    stuck = flaws(process).stuck
    if stuck is not None:
        text = "Berkas dapat macet di sini: alur lain yang ditunggu tidak datang. Misalnya: {run}. Samakan cabangnya."
        yield stuck.element, text.format(run=stuck.told(process))
