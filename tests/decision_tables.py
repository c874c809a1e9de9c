"""Small DMN files for tests, written as text: a head, then one line a rule, its cells between bars.

UNIQUE | harga:number | umur -> risiko:string
> 5 | - -> "tinggi"
default -> "rendah"
"""

from xml.sax.saxutils import escape, quoteattr

SPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def file(*decisions: str, space: str = SPACE) -> bytes:
    """The DMN file of some decisions."""
    head = f'<definitions xmlns="{space}" id="defs" name="Uji" namespace="urn:uji">'
    return f"{head}{''.join(decisions)}</definitions>".encode()


def decision(text: str, key: str = "d", needs: tuple[str, ...] = (), **attributes: str) -> str:
    """A decision with the table of a text; with no "->" in it, with an expression."""
    required = "".join(
        f'<informationRequirement id="{key}_{need}"><requiredDecision href="#{need}"/></informationRequirement>'
        for need in needs
    )
    logic = _table(text, key) if "->" in text else f'<literalExpression id="{key}_e">{_text(text)}</literalExpression>'
    named = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f'<decision id="{key}"{named}>{required}{logic}</decision>'


def table(text: str, key: str = "d") -> bytes:
    """The DMN file of one table."""
    return file(decision(text, key))


def _table(text: str, key: str) -> str:
    head, *rows = filter(None, (line.strip() for line in text.splitlines()))
    asked, given = (part.split("|") for part in head.split("->"))
    policy, _, how = asked.pop(0).strip().partition("+")
    default = next((row.partition("->")[2].split("|") for row in rows if row.startswith("default")), [])
    rules = [row.split("->") for row in rows if not row.startswith("default")]
    attributes = f' hitPolicy="{policy}"' + (f' aggregation="{how}"' if how else "")
    columns = "".join(_input(one, f"{key}_i{n}") for n, one in enumerate(asked, 1))
    columns += "".join(_output(one, f"{key}_o{n}", default[n - 1 : n]) for n, one in enumerate(given, 1))
    body = "".join(_rule(*cells, f"{key}_r{n}") for n, cells in enumerate(rules, 1))
    return f'<decisionTable id="{key}_t"{attributes}>{columns}{body}</decisionTable>'


def _input(column: str, key: str) -> str:
    text, _, kind = column.strip().partition(":")
    typed = f' typeRef="{kind}"' if kind else ""
    return f'<input id="{key}"><inputExpression id="{key}_e"{typed}>{_text(text)}</inputExpression></input>'


def _output(column: str, key: str, default: list[str]) -> str:
    name, _, kind = column.strip().partition(":")
    typed = (f' name="{name}"' if name else "") + (f' typeRef="{kind}"' if kind else "")
    told = f"<defaultOutputEntry>{_text(default[0])}</defaultOutputEntry>" if default else ""
    return f'<output id="{key}"{typed}>{told}</output>'


def _rule(tests: str, outputs: str, key: str) -> str:
    cells = [("inputEntry", "i", cell) for cell in tests.split("|")] if tests.strip() else []
    cells += [("outputEntry", "o", cell) for cell in outputs.split("|")]
    told = [f'<{name} id="{key}_{sort}{n}">{_text(cell)}</{name}>' for n, (name, sort, cell) in enumerate(cells, 1)]
    return f'<rule id="{key}">{"".join(told)}</rule>'


def _text(text: str) -> str:
    return f"<text>{escape(text.strip())}</text>"
