"""The page of rights, made from the file of rights: `./run python -m tools.access` after a change of access.csv."""

import csv
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "docs/reference"
FILE, PAGE = FOLDER / "access.csv", FOLDER / "access.md"
KEYS = ("method", "address", "case")
CASES = {"": "", "new": "that has just begun", "done": "that went through every lane"}
TOP = """# Who may do what

Made from [access.csv](access.csv) by `./run python -m tools.access`; do not edit it here. `tests/test_access.py` asks
the running application for every line and every role, and fails for an address without a line. Who is not let in is
refused (403); a stranger is sent to the door.

- A role sees a case when one of its steps stood in that role's lane. So one that has just begun is PPK's alone, and one
  that went through every lane is everybody's who had a part in it. PA, auditor, analyst and operator see all.
- A vendor sees of a case their own lane: other lanes' documents, letters, receipts and deadlines are refused.
- Analyst and operator open no document and no letter of a case that they do not work in.
- Let in to a form means: it reaches its checks. The test sends it with nothing filled in; to be told what is missing
  counts.

| Address | Case | Let in |
| --- | --- | --- |
"""


def lines() -> list[dict[str, str]]:
    """The file of rights, a dict a line."""
    with FILE.open(newline="") as file:
        return list(csv.DictReader(file))


def page(found: list[dict[str, str]]) -> str:
    """The page that tells them to people."""
    rows = [f"| `{one['method']} {one['address']}` | {CASES[one['case']]} | {_who(one)} |\n" for one in found]
    return TOP + "".join(rows)


def _who(line: dict[str, str]) -> str:
    people = {name: cell for name, cell in line.items() if name not in KEYS}
    signed_in = [name for name in people if name != "anonymous"]
    allowed = [name for name in people if people[name] == "ok"]
    if len(allowed) == len(people):
        return "anybody"
    if set(signed_in) <= set(allowed):
        return "everybody who is signed in"
    return ", ".join(name.replace("_", " ") for name in allowed) or "nobody"


if __name__ == "__main__":
    PAGE.write_text(page(lines()))
