"""What a role holder's browser loads for its first page: KB of the page and of all it names, as sent."""

import re
from collections.abc import Iterator

from browsing import Visitor

from bench.figures import Row, Size
from bench.folder import cast, seeded, start
from engine import cases

NAMED = re.compile(r"""(?:src|href)="(/[^"]*\.(?:js|css|svg|png|woff2|ico)(?:\?[^"]*)?)\"""")
INSIDE = re.compile(r"url\([\"']?([^\"')]+)[\"']?\)")


def measure(size: Size) -> Iterator[Row]:
    """The inbox with some tasks, and the page of one task."""
    with seeded() as found:
        actors = cast(found)
        started = [start(found, actors, n + 1) for n in range(2 * size.rounds)]
        with found.session() as session:
            [item] = cases.open_items(session, [started[0]])[started[0]]
        for what, path in (("inbox", "/"), ("task", f"/tugas/{item.id}")):
            page, rest = weights(Visitor(found, "ppk"), path)
            parts = f"page {page / 1000:.0f}, " + ", ".join(f"{name} {n / 1000:.0f}" for name, n in rest.items())
            yield f"{what}: KB in all ({parts})", ((page + sum(rest.values())) / 1000,), "<= 100 KB"


def weights(visitor: Visitor, path: str) -> tuple[int, dict[str, int]]:
    """Bytes of a page, and of each file that it names."""
    answer = visitor.get(path, headers={"Accept-Encoding": "gzip, br"})
    assert answer.status_code == 200, answer.status
    files = dict.fromkeys(NAMED.findall(visitor.get(path).text))
    return len(answer.data), {file.split("?")[0].rsplit("/", 1)[-1]: weight(visitor, file) for file in files}


def weight(visitor: Visitor, file: str) -> int:
    """Bytes of a file, and of the fonts and pictures that a style sheet names."""
    answer = visitor.get(file, headers={"Accept-Encoding": "gzip, br"})
    assert answer.status_code == 200, file
    if not file.partition("?")[0].endswith(".css"):
        return len(answer.data)
    folder = file.rsplit("/", 1)[0]
    named = {one for one in INSIDE.findall(answer.text) if not one.startswith("data:")}
    return len(answer.data) + sum(weight(visitor, one if one.startswith("/") else f"{folder}/{one}") for one in named)
