"""Small decision tables for tests, written as text: `U x:number y > z:string`, a row a line, bars between cells."""

from xml.sax.saxutils import escape

NAMES = {"U": "UNIQUE", "F": "FIRST", "A": "ANY", "C": "COLLECT", "R": "RULE ORDER"}
HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="berkas" name="d" namespace="test">'


def dmn(*decisions: str) -> bytes:
    """A DMN file with some decisions."""
    return f"{HEAD}{''.join(decisions)}</definitions>".encode()


def table(key: str, text: str, asks: tuple[str, ...] = ()) -> str:
    """One decision: the policy (U, F, A, C, R, C:SUM) with its columns in the first line, the rules below."""
    head, *rows = [line.strip() for line in text.strip().splitlines()]
    policy, _, columns = head.partition(" ")
    inputs, outputs = ([_column(word) for word in part.split()] for part in columns.split(">"))
    name, _, aggregation = policy.partition(":")
    wants = "".join(
        f'<informationRequirement id="{key}_q_{ask}"><requiredDecision href="#{ask}"/></informationRequirement>'
        for ask in asks
    )
    at = "" if key == "d" else f"{key}_"  # ids stand once in a file
    body = "".join(_input(f"{at}i{n}", f"{at}e{n}", *column) for n, column in enumerate(inputs))
    body += "".join(f'<output id="{at}o{n}" name="{name}"{_type(kind)}/>' for n, (name, kind) in enumerate(outputs))
    body += "".join(_rule(at, n, row, len(inputs)) for n, row in enumerate(rows, 1))
    sums = f' aggregation="{aggregation}"' if aggregation else ""
    inner = f'<decisionTable id="t_{key}" hitPolicy="{NAMES.get(name, name)}"{sums}>{body}</decisionTable>'
    return f'<decision id="{key}" name="{key}">{wants}{inner}</decision>'


def _column(word: str) -> tuple[str, str]:
    name, _, kind = word.partition(":")
    return name, kind


def _type(kind: str) -> str:
    return f' typeRef="{kind}"' if kind else ""


def _input(id_: str, asks: str, text: str, kind: str) -> str:
    asked = f'<inputExpression id="{asks}"{_type(kind)}><text>{text}</text></inputExpression>'
    return f'<input id="{id_}">{asked}</input>'


def _rule(at: str, number: int, row: str, inputs: int) -> str:
    cells = [cell.strip() for cell in row.split("|")]
    tags = ["inputEntry"] * inputs + ["outputEntry"] * (len(cells) - inputs)
    parts = enumerate(zip(tags, cells, strict=True))
    inner = "".join(f'<{tag} id="{at}c{number}_{n}"><text>{escape(cell)}</text></{tag}>' for n, (tag, cell) in parts)
    return f'<rule id="{at}r{number}">{inner}</rule>'
