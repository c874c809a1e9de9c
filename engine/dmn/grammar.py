"""What is executed or may be left alone: for each DMN element its children and its attributes."""

from typing import Final

from engine.dmn.table import AGGREGATIONS, POLICIES

VERSIONS: Final = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
LANGUAGES: Final = frozenset(
    {"feel", "FEEL", "http://www.omg.org/spec/FEEL/20140401", *(name.replace("/MODEL/", "/FEEL/") for name in VERSIONS)}
)
LOGIC: Final = ("decisionTable", "literalExpression")

_DOCUMENTED = frozenset({"description", "extensionElements"})
_TEXT = _DOCUMENTED | {"text"}
# An element that is not a key here is documentation: what stands in it is not looked at.
CHILDREN: Final[dict[str, frozenset[str]]] = {
    "definitions": _DOCUMENTED | {
        "decision", "inputData", "knowledgeSource", "textAnnotation", "association", "group", "organizationUnit",
        "performanceIndicator", "elementCollection",
    },
    "decision": _DOCUMENTED | {
        "question", "allowedAnswers", "variable", "informationRequirement", "authorityRequirement",
        "supportedObjective", "impactedPerformanceIndicator", "decisionMaker", "decisionOwner", "usingProcess",
        "usingTask", *LOGIC,
    },
    "variable": _DOCUMENTED,
    "informationRequirement": _DOCUMENTED | {"requiredDecision", "requiredInput"},
    "requiredDecision": frozenset(),
    "requiredInput": frozenset(),
    "decisionTable": _DOCUMENTED | {"input", "output", "annotation", "rule"},
    "input": _DOCUMENTED | {"inputExpression", "inputValues"},
    "output": _DOCUMENTED | {"outputValues", "defaultOutputEntry"},
    "rule": _DOCUMENTED | {"inputEntry", "outputEntry", "annotationEntry"},
    "inputExpression": _TEXT,
    "inputValues": _TEXT,
    "outputValues": _TEXT,
    "defaultOutputEntry": _TEXT,
    "inputEntry": _TEXT,
    "outputEntry": _TEXT,
    "literalExpression": _TEXT,
    "text": frozenset(),
}  # fmt: skip
ONCE: Final = frozenset({
    "text", "variable", "inputExpression", "inputValues", "outputValues", "defaultOutputEntry", "requiredDecision",
    "requiredInput",
})  # fmt: skip

ANY: Final[frozenset[str]] = frozenset()
_NAMED = {"id": ANY, "label": ANY}
_CELL = _NAMED | {"expressionLanguage": LANGUAGES}
_EXPRESSION = _CELL | {"typeRef": ANY}
_DRAWN = frozenset({"Rule-as-Row", "Rule-as-Column"})
# Attribute -> the values that it may have; ANY: all. An element that is not a key here may have any.
ATTRIBUTES: Final[dict[str, dict[str, frozenset[str]]]] = {
    "definitions": _NAMED | {
        "name": ANY, "namespace": ANY, "exporter": ANY, "exporterVersion": ANY, "expressionLanguage": LANGUAGES,
        "typeLanguage": LANGUAGES,
    },
    "decision": _NAMED | {"name": ANY},
    "variable": _NAMED | {"name": ANY, "typeRef": ANY},
    "informationRequirement": _NAMED,
    "requiredDecision": {"href": ANY},
    "requiredInput": {"href": ANY},
    "decisionTable": _NAMED | {
        "typeRef": ANY, "hitPolicy": POLICIES, "aggregation": AGGREGATIONS, "preferredOrientation": _DRAWN,
        "outputLabel": ANY,
    },
    "input": _NAMED,
    "output": _NAMED | {"name": ANY, "typeRef": ANY},
    "rule": _NAMED,
    "inputExpression": _EXPRESSION,
    "literalExpression": _EXPRESSION,
    "inputValues": _CELL,
    "outputValues": _CELL,
    "defaultOutputEntry": _CELL,
    "inputEntry": _CELL,
    "outputEntry": _CELL,
    "text": {},
}  # fmt: skip

HINTS: Final = {
    "import": "Salin keputusan yang diperlukan ke berkas ini.",
    "itemDefinition": "Pakai tipe bawaan, dan tulis nilai yang diperbolehkan di kolomnya.",
    "businessKnowledgeModel": "Jadikan keputusan biasa.",
    "knowledgeRequirement": "Jadikan keputusan biasa yang disyaratkan.",
    "decisionService": "Tugas dapat langsung menyebut keputusannya.",
    "context": "Pakai tabel keputusan, atau ungkapan FEEL dengan { }.",
    "invocation": "Jadikan keputusan yang disyaratkan.",
    "functionDefinition": "Tulis rumusnya di tempat dipakai.",
    "relation": "Pakai ungkapan FEEL: daftar konteks.",
    "list": "Pakai ungkapan FEEL: [1, 2].",
}
OTHERWISE: Final = "Hapus, atau ganti dengan tabel keputusan atau ungkapan FEEL."
