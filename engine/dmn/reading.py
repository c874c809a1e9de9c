"""Reading a DMN file: decision tables and FEEL expressions; everything else that would decide something is refused."""

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import TypeVar

from lxml import etree

from engine.definition import safely
from engine.dmn.table import AGGREGATIONS, POLICIES, Clause, Decision, Rule, Table
from engine.errors import Problem, Rejected
from engine.feel import Expression, FeelError, compile, unary
from engine.values import NAME

NAMESPACES = frozenset({  # DMN 1.1 to 1.5
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/", "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
})  # fmt: skip
FEEL = ("", "feel", "FEEL")
TYPES = frozenset({"Any", "number", "string", "boolean", "date", "time", "dateTime", "date and time", "integer",
                   "long", "double", "days and time duration", "years and months duration"})  # fmt: skip
SILENT = frozenset({"description", "extensionElements", "question", "allowedAnswers", "inputData", "textAnnotation",
                    "association", "group", "knowledgeSource", "authorityRequirement", "annotation", "annotationEntry",
                    "variable", "usingProcess", "usingTask", "decisionMaker", "decisionOwner", "performanceIndicator",
                    "organizationUnit", "supportedObjective", "impactedPerformanceIndicator"})  # fmt: skip
KNOWN: dict[str, Collection[str]] = {
    "definitions": {"decision"}, "decision": {"informationRequirement", "decisionTable", "literalExpression"},
    "informationRequirement": {"requiredDecision", "requiredInput"},
    "decisionTable": {"input", "output", "rule"}, "input": {"inputExpression", "inputValues"},
    "output": {"outputValues", "defaultOutputEntry"}, "rule": {"inputEntry", "outputEntry"},
}  # fmt: skip
RULE = "decision-table"
Compiled = TypeVar("Compiled")


@lru_cache(maxsize=64)
def read(content: bytes, file: str) -> tuple[Decision, ...]:
    """Every decision of a DMN file. Raises Rejected with every problem, naming its element."""
    root = safely(content, file)
    if _local(root) != "definitions":
        raise Rejected([Problem(file, None, RULE, "error", "Bukan berkas DMN: unsur terluarnya bukan definitions.")])
    reader = _Reader(file)
    decisions = tuple(reader.decision(element) for element in root if _local(element) == "decision")
    reader.unknown(root)
    reader.names(decisions)
    if reader.problems:
        raise Rejected(reader.problems)
    return decisions


class _Reader:
    """Collects what is wrong while it reads, so that an analyst hears everything at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def wrong(self, element: etree._Element, message: str) -> None:
        """Something that cannot be decided rightly, at the nearest element with an id."""
        at = next((e.get("id") for e in (element, *element.iterancestors()) if e.get("id")), None)
        self.problems.append(Problem(self.file, at, RULE, "error", message))

    def unknown(self, root: etree._Element) -> None:
        """What stands in the file and would be ignored."""
        for element in root.iter("*"):
            known = KNOWN.get(_local(element), frozenset())
            for child in element if known else ():
                name = _local(child)
                if name and name not in known and name not in SILENT:
                    self.wrong(child, f"{name} tidak dapat dijalankan. Tulis keputusannya sebagai tabel keputusan.")

    def names(self, decisions: tuple[Decision, ...]) -> None:
        """Ids are given once, decisions that are asked are there, and none asks itself."""
        by_key = {decision.key: decision for decision in decisions}
        for decision in decisions:
            missing = [key for key in decision.asks if key not in by_key]
            if sum(other.key == decision.key for other in decisions) > 1 or not NAME.fullmatch(decision.key):
                self._at(decision, f"Id keputusan “{decision.key[:80]}” harus sebuah nama, dan hanya satu kali.")
            elif missing:
                self._at(decision, f"Keputusan {missing[0][:80]} yang diperlukan tidak ada dalam berkas ini.")
            elif decision.key in _asked(decision, by_key):
                self._at(decision, "Keputusan ini memerlukan dirinya sendiri. Putuskan lingkarannya.")

    def _at(self, decision: Decision, message: str) -> None:
        self.problems.append(Problem(self.file, decision.key or None, RULE, "error", message))

    def decision(self, element: etree._Element) -> Decision:
        key, variable = element.get("id", ""), _child(element, "variable")
        tables, texts = _children(element, "decisionTable"), _children(element, "literalExpression")
        logic: Table | Expression = compile("null")
        if len(tables) + len(texts) != 1:
            self.wrong(element, "Keputusan ini belum punya tabel keputusan. Buat tepat satu.")
        elif tables:
            logic = self.table(tables[0])
        else:
            self.language(texts[0])
            logic = self.feel(texts[0], compile) or logic
        needed = (e.get("href", "") for e in element.iter("*") if _local(e) == "requiredDecision")
        asks = tuple(href.removeprefix("#") for href in needed)
        called = (variable.get("name") if variable is not None else None) or key
        return Decision(key, element.get("name") or key, called if NAME.fullmatch(called) else key, logic, asks)

    def table(self, element: etree._Element) -> Table:
        policy, aggregation = element.get("hitPolicy", "UNIQUE"), element.get("aggregation")
        if policy not in POLICIES:
            self.wrong(
                element, f"Kebijakan {policy[:40]} tidak didukung. Pakai UNIQUE, FIRST, ANY, COLLECT, RULE ORDER."
            )
        if aggregation is not None and (policy != "COLLECT" or aggregation not in AGGREGATIONS):
            self.wrong(element, f"Agregasi {aggregation[:40]} hanya SUM, COUNT, MIN atau MAX, dan hanya pada COLLECT.")
        if element.get("preferredOrientation", "Rule-as-Row") == "CrossTable":
            self.wrong(element, "Tabel silang tidak didukung. Pakai satu aturan satu baris.")
        inputs = tuple(self.input(child) for child in _children(element, "input"))
        outputs = tuple(self.output(child, element) for child in _children(element, "output"))
        if not outputs or aggregation and len(outputs) != 1:
            self.wrong(element, "Tabel ini perlu kolom keluaran, tepat satu jika ada agregasi.")
        rules = tuple(self.rule(child, len(inputs), len(outputs)) for child in _children(element, "rule"))
        return Table(POLICIES.get(policy, "U"), aggregation, inputs, outputs, rules)

    def input(self, element: etree._Element) -> Clause:
        asked = _child(element, "inputExpression")
        if asked is None or not _text(asked):
            self.wrong(element, "Kolom masukan ini belum punya ungkapan. Isi misalnya nama variabelnya.")
            return Clause(element.get("id", ""), element.get("label", ""))
        self.language(asked)
        type_, values = self.type(asked), _child(element, "inputValues")
        allowed = self.feel(values, unary) if values is not None and _text(values) else None
        name = element.get("label") or _text(asked)
        return Clause(element.get("id", ""), name, type_, self.feel(asked, compile), allowed)

    def output(self, element: etree._Element, table: etree._Element) -> Clause:
        name, values = element.get("name") or "", _child(element, "outputValues")
        if len(_children(table, "output")) > 1 and not NAME.fullmatch(name):
            self.wrong(
                element, f"Nama keluaran “{name[:40]}” bukan nama: tabel dengan beberapa keluaran memerlukannya."
            )
        allowed = self.feel(values, unary) if values is not None and _text(values) else None
        default = _child(element, "defaultOutputEntry")
        given = self.feel(default, compile) if default is not None and _text(default) else None
        return Clause(element.get("id", ""), name, self.type(element), None, allowed, given)

    def rule(self, element: etree._Element, inputs: int, outputs: int) -> Rule:
        tests, gives = _children(element, "inputEntry"), _children(element, "outputEntry")
        if (len(tests), len(gives)) != (inputs, outputs):
            self.wrong(element, f"Aturan ini harus punya {inputs} sel masukan dan {outputs} sel keluaran.")
        for cell in (*tests, *gives):
            self.language(cell)
        read_tests = tuple(self.feel(cell, unary) or unary("-") for cell in tests)
        empty = [cell for cell in gives if not _text(cell)]
        if empty:
            self.wrong(empty[0], "Sel keluaran ini kosong. Isi nilainya, atau null.")
        made = (self.feel(cell, compile) if _text(cell) else None for cell in gives)
        return Rule(element.get("id", ""), read_tests, tuple(one or compile("null") for one in made))

    def feel(self, element: etree._Element, read_: Callable[[str], Compiled]) -> Compiled | None:
        try:
            return read_(_text(element))
        except FeelError as error:
            self.wrong(element, f"“{_text(element)[:60]}” bukan FEEL yang benar. {error}")
            return None

    def type(self, element: etree._Element) -> str | None:
        found = element.get("typeRef")
        if found is not None and found.rpartition(":")[2] not in TYPES:
            self.wrong(
                element, f"Jenis {found[:40]} tidak dikenal. Pakai number, string, boolean, date, atau kosongkan."
            )
        return found.rpartition(":")[2] if found else None

    def language(self, element: etree._Element) -> None:
        found = element.get("expressionLanguage") or ""
        if found not in FEEL and not found.rstrip("/").endswith("/FEEL") and "FEEL/" not in found:
            self.wrong(element, f"Bahasa {found[:60]} tidak dapat dijalankan. Pakai FEEL.")


def _asked(decision: Decision, by_key: dict[str, Decision]) -> set[str]:
    """The keys of all decisions that one needs, directly or not."""
    found: set[str] = set()
    agenda = [*decision.asks]
    while agenda:
        key = agenda.pop()
        if key not in found:
            found.add(key)
            agenda += by_key[key].asks if key in by_key else ()
    return found


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element if _local(child) == name]


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next(iter(_children(element, name)), None)


def _text(element: etree._Element) -> str:
    return "".join(str(child.xpath("string()")) for child in _children(element, "text")).strip()


def _local(element: etree._Element) -> str:
    """The name of an element of DMN; nothing for the diagram and for other tools' elements."""
    namespace, _, name = str(element.tag).removeprefix("{").rpartition("}")
    return name if namespace in NAMESPACES else ""
