"""Every sentence that a page can say is there in English too, with the same placeholders."""

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask, g

from engine import errors
from webapp import words

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS = {"_": None, "say": None, "marked": None, "_n": (1, 2), "count": (1, 2)}
PLACES = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext.babel_extract")]
REFUSALS = {
    "NotFound", "NotAllowed", "NotReady", "Conflict", "AlreadyDone", "StaleDraft", "Refused", "BadValue", "BadTime",
    "Infected",
}  # fmt: skip
READ = {"FieldError": 1, ".wrong": 1, ".text": 1, ".choice": 2}  # where their sentence stands
REFUSED_TO_PAGES = {
    "accounts", "calendars", "cases", "comments", "deadlines", "deployments", "directory", "dmn", "documents",
    "errors", "forms", "handing", "incidents", "instances", "library", "numbers", "onpaper", "operations", "outbox",
    "papers", "people", "preparing", "previews", "receivers", "retention", "reversals", "scanner", "sheet", "sla",
    "spiff", "staffing", "stores",
    "tasks", "timers", "tracking", "transaction", "typed", "worktime",
}  # fmt: skip


def said_by_pages() -> set[str]:
    """What Babel finds, and the refusals that views raise themselves."""
    found = extract_from_dir(str(ROOT / "webapp"), PLACES, keywords=KEYWORDS)
    pages = {text if isinstance(text, str) else text[0] for _, _, text, _, _ in found}
    return pages | {text for path in (ROOT / "webapp").glob("*.py") for text in refusals(path)}


def said_by_the_engine() -> set[str]:
    """The default messages of errors, and every message that a page may meet; what shells refuse stays Indonesian."""
    defaults = {(getattr(errors, name).__doc__ or "").strip() for name in REFUSALS | {"BadForm", "SystemNotReady"}}
    files = [path for path in (ROOT / "engine").rglob("*.py") if module(path) in REFUSED_TO_PAGES]
    return defaults | {text for path in files for text in refusals(path, REFUSALS | {"SystemNotReady"})}


def module(path: Path) -> str:
    return path.relative_to(ROOT / "engine").with_suffix("").parts[0]


def refusals(path: Path, kinds: set[str] = REFUSALS) -> Iterator[str]:
    tree = ast.parse(path.read_text())
    named = {
        one.targets[0].id: one.value
        for one in tree.body
        if isinstance(one, ast.Assign)
        if isinstance(one.targets[0], ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("{label}"):
            yield node.value
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else f".{node.func.attr}"
            place = READ.get(name, 0 if name in kinds else None)
            said = node.args[place] if place is not None and len(node.args) > place else None
            said = named.get(said.id) if isinstance(said, ast.Name) else said
            if isinstance(said, ast.Constant):
                yield said.value


def catalogue() -> dict[str, list[str]]:
    found = read_po(BytesIO(words.CATALOGUE.read_bytes()), locale="en")
    return {
        (one.id if isinstance(one.id, str) else one.id[0]): [one.string] if isinstance(one.string, str) else one.string
        for one in found
        if one.id
    }


TRANSLATED = {indonesian for indonesian, english in catalogue().items() if all(english)}


def test_every_sentence_of_the_pages_is_translated() -> None:
    assert sorted(said_by_pages() - TRANSLATED) == []


def test_every_refusal_of_the_engine_is_translated() -> None:
    assert sorted(said_by_the_engine() - TRANSLATED) == []


def test_the_extraction_sees_python_templates_and_refusals() -> None:
    assert {"Selamat pagi", "Kotak tugas", "{n} tugas"} <= said_by_pages()
    assert {"Tugas ini bukan untuk peran Anda.", "{label} wajib diisi."} <= said_by_the_engine()


@pytest.mark.parametrize(("indonesian", "english"), catalogue().items())
def test_a_translation_fills_the_same_places(indonesian: str, english: list[str]) -> None:
    def places(text: str) -> set[str]:
        return set(re.findall(r"\{\w+\}", text))

    assert all(places(text) <= places(indonesian) for text in english)
    assert places(english[-1]) == places(indonesian)


def test_a_refusal_says_its_clock_as_the_language_writes_it() -> None:
    error = errors.AlreadyDone("Tugas ini ditutup oleh {who} pukul {at}.", who="A. Nama", at="09.40, 23-11-2026")
    for language, clock in (("id", "09.40, 23-11-2026"), ("en", "09:40, 23-11-2026")):
        with Flask(__name__).test_request_context():
            g.language = language
            assert clock in words.translated(error) and "A. Nama" in words.translated(error)
