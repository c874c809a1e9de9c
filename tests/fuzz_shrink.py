"""Make a failing mutant small: `python tests/fuzz_shrink.py FILE SEED`, to standard output."""

import re
import sys
from pathlib import Path

from fuzz_judge import Verdict, judge
from lxml import etree

SEEDS = 6  # walks that a smaller model gets to fail again


def kind_of(verdict: Verdict) -> str:
    """What is the same in two failures of one cause."""
    return re.sub(r"[\"'“(\[].*?[\"'”)\]]|\d+|m\.bpmn: .*?: ", "", verdict.why)[:60] if verdict.kind == "FAILED" else ""


def shrink(xml: bytes, seed: str) -> bytes:
    """Without every element and attribute that the failure does not need."""
    wanted, seeds = kind_of(judge(xml, seed)), [seed, *map(str, range(SEEDS))]
    smaller = True
    while smaller:
        smaller = False
        for number in range(len(list(etree.fromstring(xml).iter())) - 1, 0, -1):
            for name in (None, *_attributes(xml, number)):
                tried = _without(xml, number, name)
                if tried and any(kind_of(judge(tried, one)) == wanted for one in seeds):
                    xml, smaller = tried, True
                    if name is None:
                        break
    return xml


def _attributes(xml: bytes, number: int) -> list[str]:
    found = list(etree.fromstring(xml).iter())
    return [str(name) for name in found[number].attrib] if number < len(found) else []


def _without(xml: bytes, number: int, name: str | None) -> bytes | None:
    """Without an element, or without one of its attributes."""
    root = etree.fromstring(xml)
    found = list(root.iter())
    if number >= len(found):
        return None
    if name is not None:
        if found[number].attrib.pop(name, None) is None:
            return None
    elif (parent := found[number].getparent()) is not None:
        parent.remove(found[number])
    return etree.tostring(root)


if __name__ == "__main__":
    sys.stdout.write(shrink(Path(sys.argv[1]).read_bytes(), sys.argv[2]).decode() + "\n")
