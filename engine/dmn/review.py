"""Why a DMN file is refused, rule by rule: each yields (element id, what to do). docs/reference/rules.md names them."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

from lxml import etree

from engine import feel
from engine.dmn.grammar import ANY, ATTRIBUTES, CHILDREN, HINTS, LOGIC, ONCE, OTHERWISE
from engine.dmn.kinds import ANY as ANY_KIND
from engine.dmn.kinds import KINDS
from engine.dmn.naming import is_name, requirements
from engine.dmn.nodes import (
    MOST_CELLS,
    child,
    children,
    column,
    decisions,
    inside,
    local,
    many_cells,
    place,
    tables,
    text,
)

Found = Iterator[tuple[str | None, str]]
MOST_DECISIONS: Final = 500  # of a file
VALID: Final = re.compile(r"[^\W\d][\w.\-]*")
LONGEST: Final = 200


def elements(root: etree._Element) -> Found:
    """Whatever is not executed is refused by name."""
    for element in inside(root):
        if local(element) not in CHILDREN:
            continue
        yield from _attributes(element)
        for one in element:
            if isinstance(one.tag, str) and not local(one) and not one.tag.startswith("{"):
                yield place(element), f"<{one.tag[:60]}> tanpa namespace tidak dikenal. Hapus atau perbaiki."
            elif local(one) and local(one) not in CHILDREN[local(element)]:
                hint = HINTS.get(local(one), OTHERWISE)
                yield place(one), f"dmn:{local(one)} di dalam dmn:{local(element)} belum dapat dijalankan. {hint}"
        for name, count in Counter(local(one) for one in element).items():
            if count > 1 and name in ONCE:
                yield place(element), f"dmn:{name} tertulis {count} kali. Sisakan satu."


def _attributes(element: etree._Element) -> Found:
    known = ATTRIBUTES.get(local(element))
    for name, value in ((str(name), str(value)) for name, value in element.attrib.items()):
        if known is None or name.startswith("{"):
            continue
        if name not in known:
            text = f"Atribut {name[:60]} pada dmn:{local(element)} tidak didukung. Hapus atau perbaiki ejaannya."
            yield place(element), text
        elif known[name] is not ANY and value not in known[name]:
            yield (
                place(element),
                f'{name}="{value[:60]}" tidak didukung. Yang dapat dijalankan: {_listed(known[name])}.',
            )


def _listed(values: Any) -> str:
    return ", ".join(sorted(values, key=lambda value: (len(value), value))[:6])


def identities(root: etree._Element) -> Found:
    """There is a decision, each has an id, and an id stands once."""
    found, seen = decisions(root), set[str]()
    if not found:
        yield place(root), "Berkas ini tidak memuat satu pun keputusan. Tambahkan dmn:decision dengan sebuah tabel."
    if len(found) > MOST_DECISIONS:
        yield place(root), f"Berkas ini memuat lebih dari {MOST_DECISIONS} keputusan. Bagi menjadi beberapa berkas."
    for decision in found:
        if not decision.get("id"):
            yield place(decision), "Keputusan ini belum punya id. Beri id: itulah kunci yang disebut tugas."
    for element in inside(root):
        name = element.get("id")
        if name is None:
            continue
        if name in seen:
            yield name, f"Id {name[:80]} dipakai lebih dari sekali dalam berkas ini. Beri setiap unsur id sendiri."
        elif not VALID.fullmatch(name) or len(name) > LONGEST:
            yield name, "Id ini tidak sah. Mulai dengan huruf; lalu huruf, angka, _, - atau titik; paling banyak 200."
        seen.add(name)


def shapes(root: etree._Element) -> Found:
    """A decision has one table or expression; a table has outputs, rules, and a cell for each column."""
    for decision in decisions(root):
        if len(children(decision, *LOGIC)) != 1:
            text = "Keputusan harus punya tepat satu tabel atau satu ungkapan FEEL."
            yield place(decision), text
    for table in tables(root):
        outputs, rules = children(table, "output"), children(table, "rule")
        if not outputs:
            yield place(table), "Tabel ini belum punya kolom keluaran. Tambahkan satu."
        if not rules:
            yield place(table), "Tabel ini belum punya aturan. Tambahkan satu baris."
        yield from _rows(table, rules)
        yield from _policy(table, outputs)
        yield from _outputs(outputs)


def _rows(table: etree._Element, rules: list[etree._Element]) -> Found:
    kinds = (("input", "inputEntry", "masukan"), ("output", "outputEntry", "keluaran"))
    wanted = [(cell, len(children(table, name)), said) for name, cell, said in kinds]
    for number, rule in enumerate(rules, 1):
        for cell, count, said in wanted:
            found = len(children(rule, cell))
            if found != count:
                yield place(rule), f"Aturan {number} punya {found} sel {said}, padahal tabelnya punya {count} kolom."
    for one in children(table, "input"):
        if child(one, "inputExpression") is None:
            yield place(one), "Kolom masukan ini belum punya ungkapan. Tulis apa yang diuji."


def _policy(table: etree._Element, outputs: list[etree._Element]) -> Found:
    policy, how = table.get("hitPolicy", "UNIQUE"), table.get("aggregation")
    defaults = [one for one in outputs if child(one, "defaultOutputEntry") is not None]
    if how and policy != "COLLECT":
        yield place(table), "aggregation hanya berlaku untuk hitPolicy COLLECT. Hapus salah satu."
    elif how and len(outputs) > 1:
        yield place(table), "aggregation hanya berlaku untuk satu kolom keluaran (DMN, 8.2.11). Pisahkan tabelnya."
    if defaults and len(defaults) < len(outputs):
        yield place(table), "Nilai bawaan harus ada di semua kolom keluaran, atau tidak sama sekali."
    elif defaults and (policy == "RULE ORDER" or (policy == "COLLECT" and how in (None, "COUNT"))):
        yield place(defaults[0]), "Tabel ini menghasilkan daftar atau jumlah aturan; tanpa nilai bawaan. Hapus."


def _outputs(outputs: list[etree._Element]) -> Found:
    seen = set[str]()
    for output in outputs if len(outputs) > 1 else []:
        name = output.get("name", "")
        if not is_name(name):
            yield place(output), f"Kolom keluaran perlu nama yang dapat dibaca FEEL; “{name[:40]}” tidak dapat."
        elif name in seen:
            yield place(output), f"Nama keluaran {name} sudah dipakai kolom lain. Beri nama sendiri."
        seen.add(name)


def cells(root: etree._Element) -> Found:
    """Every expression and every cell is FEEL that can be read."""
    if many_cells(root):
        yield place(root), f"Berkas ini memuat lebih dari {MOST_CELLS} sel. Bagi menjadi beberapa berkas."
        return
    for decision in decisions(root):
        yield from _feel(child(decision, "literalExpression"), "Ungkapan", feel.compile)
    for table in tables(root):
        inputs, outputs = (list(enumerate(children(table, name), 1)) for name in ("input", "output"))
        for number, one in inputs:
            where = f"Masukan {column(one, number)}"
            yield from _feel(child(one, "inputExpression"), where, feel.compile)
            yield from _feel(child(one, "inputValues"), where, feel.compile_tests)
        for number, one in outputs:
            where = f"Keluaran {column(one, number)}"
            yield from _feel(child(one, "outputValues"), where, feel.compile_tests)
            yield from _feel(child(one, "defaultOutputEntry"), where, feel.compile)
        for row, rule in enumerate(children(table, "rule"), 1):
            for (number, one), cell in zip(inputs, children(rule, "inputEntry"), strict=False):
                yield from _feel(cell, f"Aturan {row}, kolom {column(one, number)}", feel.compile_tests)
            for (number, one), cell in zip(outputs, children(rule, "outputEntry"), strict=False):
                yield from _feel(cell, f"Aturan {row}, kolom {column(one, number)}", feel.compile)


def _feel(element: etree._Element | None, where: str, compile: Callable[[str], object]) -> Found:
    if element is None:
        return
    if compile is feel.compile and not text(element).strip():
        yield place(element), f"{where}: masih kosong. Tulis FEEL; null bila memang tidak ada nilai."
        return
    try:
        compile(text(element))
    except feel.FeelError as error:
        yield place(element), f"{where}: bukan FEEL yang benar. {error}"


def types(root: etree._Element) -> Found:
    """A typeRef is one of FEEL's own types; a list or a context has none."""
    known = ", ".join(name for name in KINDS if " " not in name)
    for element in inside(root):
        found = element.get("typeRef")
        typed = local(element) in ATTRIBUTES and found is not None
        if typed and found not in KINDS and found not in ANY_KIND:
            yield place(element), f"Tipe {str(found)[:40]} tidak dikenal. Yang ada: {known}, Any."
    for decision in decisions(root):
        told = [e for e in (child(decision, "variable"), child(decision, *LOGIC)) if e is not None and e.get("typeRef")]
        made = _made(child(decision, "decisionTable"))
        for element in told:
            if made and element.get("typeRef") not in ANY_KIND:
                yield place(element), f"Tabel ini menghasilkan {made}; typeRef-nya tidak dapat lain dari Any."
        if len({element.get("typeRef") for element in told}) > 1:
            yield place(decision), "typeRef variabel keputusan ini berbeda dari typeRef logikanya. Samakan."


def _made(table: etree._Element | None) -> str | None:
    """What a table makes that no type of FEEL's own names."""
    if table is None:
        return None
    if table.get("hitPolicy") in ("COLLECT", "RULE ORDER") and not table.get("aggregation"):
        return "daftar"
    return "konteks" if len(children(table, "output")) > 1 else None


RULES: Final[dict[str, Callable[[etree._Element], Found]]] = {
    "decision-element": elements,
    "decision-id": identities,
    "decision-requirement": requirements,
    "decision-table": shapes,
    "decision-cell": cells,
    "decision-type": types,
}


def found(root: etree._Element) -> Iterator[tuple[str, str | None, str]]:
    """(rule, element id, what to do) of everything that is wrong with a file."""
    for rule, check in RULES.items():
        for at, message in check(root):
            yield rule, at, message
