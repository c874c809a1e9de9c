"""Everything wrong with some models and forms, before they are deployed. It reports; bad content never raises."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from types import ModuleType

from lxml import etree

from engine import definition, dmn, forms, rules
from engine.definition import Definition
from engine.errors import Problem, Rejected
from engine.forms import Form
from engine.rules._tree import place

MOST_ATTRIBUTES = 100  # of an element; lxml needs quadratic time to list them
MOST_PROBLEMS = 500  # a file; nobody reads more, and a hostile file has millions


@dataclass(frozen=True)
class Around:
    """What a model may name beside itself: forms and processes by key, with their content where it is at hand."""

    forms: dict[str, Form | None]
    processes: dict[str, Definition | None]
    decisions: set[str]


def check(
    files: Mapping[str, bytes],
    known_forms: Collection[str] = (),
    known_processes: Collection[str] = (),
    known_decisions: Collection[str] = (),
) -> list[Problem]:
    """Every problem of some .bpmn, .dmn and .json files, errors and warnings, in the order of the files' names.

    known_...: the keys of what is there already. Files of any content are accepted.
    """
    read, problems = _forms({file: content for file, content in files.items() if _is_form(file)})
    decisions, wrong = _decisions({file: content for file, content in files.items() if file.endswith(".dmn")})
    problems += wrong
    around = Around(
        dict.fromkeys(known_forms) | read,
        dict.fromkeys(known_processes) | _executable(files),
        {*known_decisions, *decisions},
    )
    return problems + _models(files, around)


def _models(files: Mapping[str, bytes], around: Around) -> list[Problem]:
    problems: list[Problem] = []
    processes: list[tuple[str, str]] = []
    for file, content in sorted(files.items()):
        if not _is_model(file):
            continue
        try:
            found = definition.read(content, file)
            root = definition.parse(content, file)
        except Rejected as error:
            problems += error.problems
            continue
        processes += [(process.key, file) for process in found if process.executable and process.key]
        if _too_wide(root):
            problems.append(_wide(file))
            continue
        problems += _limited(file, _file(file, root, found, around))
    return problems + list(_twice(processes, "process-once", "Proses"))


def refuse(problems: Collection[Problem]) -> None:
    """Raises Rejected, with all of them, if one is an error."""
    if any(problem.severity == "error" for problem in problems):
        raise Rejected(list(problems))


def _is_form(file: str) -> bool:
    return file.endswith(".json")


def _is_model(file: str) -> bool:
    return not file.endswith((".json", ".dmn"))


def _forms(files: Mapping[str, bytes]) -> tuple[dict[str, Form | None], list[Problem]]:
    """The forms in some files and what is wrong with them; a broken form is known by its file's name only."""
    keys: list[tuple[str, str]] = []
    read: dict[str, Form | None] = {}
    problems: list[Problem] = []
    for file, content in sorted(files.items()):
        key, form = PurePath(file).stem, None
        try:
            form = forms.load(content, file)
            key = form.key
        except Rejected as error:
            problems += error.problems
        keys.append((key, file))
        read[key] = form
    return read, problems + list(_twice(keys, "form-once", "Formulir"))


def _decisions(files: Mapping[str, bytes]) -> tuple[set[str], list[Problem]]:
    """The decisions in some files, those of broken ones too, and what is wrong with them."""
    keys: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for file, content in sorted(files.items()):
        try:
            root = dmn.parse(content, file)
        except Rejected as error:
            problems += error.problems
            continue
        if _too_wide(root):
            problems.append(_wide(file))
            continue
        keys += [(key, file) for key in dmn.keys(root)]
        problems += _limited(file, _decision_file(file, root, content))
    return {key for key, _ in keys}, problems + list(_twice(keys, "decision-once", "Keputusan"))


def _decision_file(file: str, root: etree._Element, content: bytes) -> Iterator[Problem]:
    """What the rules say of a file of decisions; of its tables, if it can be read."""
    told = [_problem(file, rule, *found) for rule in rules.DMN for found in rule.check(root)]
    yield from told
    if not any(problem.severity == "error" for problem in told):
        for decision in dmn.read(content, file):
            yield from (_problem(file, rule, *found) for rule in rules.TABLE for found in rule.check(decision))


def _too_wide(root: etree._Element) -> bool:
    return any(len(element.attrib) > MOST_ATTRIBUTES for element in root.iter("*"))


def _wide(file: str) -> Problem:
    text = f"Ada unsur dengan lebih dari {MOST_ATTRIBUTES} atribut; berkas ini tidak dibaca lebih jauh."
    return Problem(file, None, "xml", "error", text)


def _executable(files: Mapping[str, bytes]) -> dict[str, Definition | None]:
    """The executable processes in some files, by key."""
    read: dict[str, Definition | None] = {}
    for file, content in sorted(files.items()):
        try:
            found = definition.read(content, file) if _is_model(file) else ()
        except Rejected:
            continue  # said where the file is looked at
        read |= {process.key: process for process in found if process.executable and process.key}
    return read


def _file(file: str, root: etree._Element, processes: tuple[Definition, ...], around: Around) -> Iterator[Problem]:
    for rule in rules.FILE:
        yield from (_problem(file, rule, *found) for found in rule.check(root))
    for process in processes:
        if process.executable:
            where = process.key or place(process.element)
            for rule, beside in _with_what(around):
                found = rule.check(process, *beside)
                yield from (_problem(file, rule, element or where, message) for element, message in found)


def _with_what(around: Around) -> Iterator[tuple[ModuleType, tuple[object, ...]]]:
    """The rules of a process, each with what it asks for beside the process."""
    yield from ((rule, ()) for rule in rules.PROCESS)
    yield from ((rule, (around.forms,)) for rule in rules.FORM)
    yield from ((rule, (around.processes,)) for rule in rules.CALL)
    yield from ((rule, (around.decisions,)) for rule in rules.DECISION)


def _problem(file: str, rule: ModuleType, element: str | None, message: str) -> Problem:
    return Problem(file, element or None, rules.name(rule), rule.SEVERITY, message)


def _limited(file: str, found: Iterator[Problem]) -> Iterator[Problem]:
    """Each problem once, errors first, and only so many."""
    problems = sorted(dict.fromkeys(found), key=lambda problem: problem.severity)
    yield from problems[:MOST_PROBLEMS]
    if len(problems) > MOST_PROBLEMS:
        text = f"Masih ada {len(problems) - MOST_PROBLEMS} masalah lain. Perbaiki dahulu yang di atas."
        yield Problem(file, None, "more-problems", "warning", text)


def _twice(keys: list[tuple[str, str]], rule: str, what: str) -> Iterator[Problem]:
    """An error for each file that gives a key which another file gave before it."""
    first: dict[str, str] = {}
    for key, file in keys:
        if first.setdefault(key, file) != file:
            text = f"{what} {key} sudah ada di {first[key]}. Sisakan satu berkas, atau beri id lain."
            yield Problem(file, key, rule, "error", text)
