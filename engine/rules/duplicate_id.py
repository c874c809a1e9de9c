"""Every id stands once in a file and is one that XML, the database and the pages can carry."""

import re
from collections.abc import Iterator

from lxml import etree

from engine.definition import BPMN
from engine.rules._tree import elements, namespace, place

SEVERITY = "error"
CARRIERS = frozenset({BPMN, *(f"http://www.omg.org/spec/{name}" for name in ("BPMN/20100524/DI", "DD/20100524/DI"))})
VALID = re.compile(r"[^\W\d][\w.\-]*")
LONGEST = 200


def check(root: etree._Element) -> Iterator[tuple[str | None, str]]:
    """Ids of BPMN and its diagram; those in extension elements are their tool's own."""
    seen: set[str] = set()
    for element in elements(root):
        name = element.get("id")
        if name is None or namespace(str(element.tag)) not in CARRIERS:
            continue
        if name in seen:
            yield (
                name or place(element),
                f"Id {name[:80]} dipakai lebih dari sekali dalam berkas ini. Beri setiap unsur id sendiri.",
            )
        elif not VALID.fullmatch(name) or len(name) > LONGEST:
            yield (
                name or place(element),
                "Id ini tidak sah. Mulai dengan huruf; lalu huruf, angka, _, - atau titik; paling banyak 200.",
            )
        elif name.startswith("_flow_"):
            yield name, "Id yang dimulai dengan _flow_ dipakai oleh mesin sendiri. Beri id lain."
        seen.add(name)
