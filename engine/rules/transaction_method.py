"""The method of a transaction is one that BPMN names, or a URI (BPMN 2.0, 10.3.5); we need none, but a typo hides."""

import re
from collections.abc import Iterator

from engine.definition import Definition
from engine.rules._tree import inner, local, place

SEVERITY = "error"
METHODS = frozenset({"##Compensate", "##Store", "##Image"})
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+")


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """The method attribute of each transaction, where there is one."""
    for element in inner(process):
        method = element.get("method") if local(element) == "transaction" else None
        if method is not None and method not in METHODS and not URI.fullmatch(method):
            yield (
                place(element),
                f"method “{method[:40]}” tidak dikenal. Pakai ##Compensate, ##Store, ##Image, atau hapus.",
            )
