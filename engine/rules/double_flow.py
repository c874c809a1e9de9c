"""Two alternatives that lead to the same step are taken rightly, but history names only one of the two flows."""

from collections import Counter
from collections.abc import Iterator

from engine.definition import Definition
from engine.rules._tree import is_choice, outgoing

SEVERITY = "warning"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """The exclusive gateways with several flows to one step; from anything else that is refused."""
    for source, flows in outgoing(process).items():
        for target, count in Counter(flow.target for flow in flows).items():
            if count > 1 and is_choice(process, source, target):
                yield source, f"Beberapa pilihan menuju langsung ke {target}; riwayat hanya menyebut satu. Gabungkan."
