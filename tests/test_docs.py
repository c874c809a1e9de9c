"""The documentation says what the program does: commands, events, scenarios, words, links and lengths."""

import configparser
import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from engine.model import Base, Kind
from engine.scenario import runner, script
from webapp.cli import cli

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
MANUALS = sorted((DOCS / "manual").glob("*.md"))
ROLES = {
    "ppk", "pptk", "pejabat-pengadaan", "penyedia", "pa", "penyimpan-barang", "pphp", "opd", "auditor", "analis",
    "operator",
}  # fmt: skip
MOST_WORDS = 750  # two printed pages
INSTANCE_KEYS = {"instance", "instances"}  # of `expect`, beside the facts
LICENCES = r"MIT|BSD|ISC|Apache-2\.0|MPL-2\.0|PSF|ZPL|LGPL|bpmn\.io licence"


def commands(group: click.Command, name: str = "sopan") -> Iterator[tuple[str, click.Command]]:
    if not isinstance(group, click.Group):
        yield name, group
        return
    if name == "sopan":
        yield name, group
    for key, command in group.commands.items():
        yield from commands(command, f"{name} {key}")


def options(command: click.Command) -> list[str]:
    found = [param for param in command.params if isinstance(param, click.Option)]
    return sorted(flag for option in found for flag in option.opts)


def sections(page: str, level: str = "##") -> dict[str, str]:
    parts = re.split(rf"^{level} (.+)$", (DOCS / page).read_text(), flags=re.M)
    return {title.strip("` "): body for title, body in zip(parts[1::2], parts[2::2], strict=True)}


def first_column(text: str) -> list[str]:
    """The words in backticks that begin the rows of tables."""
    return re.findall(r"^\| `([^`]+)` \|", text, re.M)


def words(text: str) -> int:
    return sum(1 for word in text.split() if re.search(r"\w", word))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_command_and_no_other_stands_in_the_reference() -> None:
    assert sorted(sections("reference/cli.md")) == sorted(name for name, _ in commands(cli))


@pytest.mark.parametrize(("name", "command"), [pytest.param(*found, id=found[0]) for found in commands(cli)])
def test_every_option_and_no_other_stands_in_the_reference(name: str, command: click.Command) -> None:
    told = [word for word in first_column(sections("reference/cli.md")[name]) if word.startswith("-")]
    assert sorted(told) == options(command)


def test_every_kind_of_event_and_no_other_stands_in_the_reference() -> None:
    assert sorted(first_column(sections("reference/history-events.md")["The kinds"])) == sorted(Kind)


def test_every_table_and_only_columns_that_it_has_stand_in_the_reference() -> None:
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|", (DOCS / "reference/tables.md").read_text(), re.M)
    assert sorted(table for table, _ in rows) == sorted(Base.metadata.tables)
    for table, columns in rows:
        told = re.findall(r"(?:^|, |and )`(\w+)`", columns.strip())
        assert told and set(told) <= set(Base.metadata.tables[table].columns.keys()), table


def test_every_key_verb_and_expectation_of_a_scenario_stands_in_the_reference() -> None:
    told = sections("reference/scenario.md")
    assert set(first_column(told["The file"])) == script.KEYS
    assert set(first_column(told["The steps"])) == set(runner._VERBS)
    assert set(first_column(told["What can be expected"])) == {*runner._FACTS, *INSTANCE_KEYS}


def test_what_may_stand_beside_a_verb_is_told() -> None:
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|", sections("reference/scenario.md")["The steps"], re.M)
    told = {verb: set(re.findall(r"`(\w+)`", beside)) for verb, beside in rows}
    assert told == {verb: set(beside) for verb, (_, beside) in runner._VERBS.items()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if re.match(r"\w+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_can_be_reached_from_the_index() -> None:
    seen, ahead = set(), [DOCS / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in seen:
            continue
        seen.add(page)
        links = re.findall(r"\]\(([^)#\s:]+\.md)\)", page.read_text())
        ahead += [(page.parent / link).resolve() for link in links]
    assert not set(DOCS.rglob("*.md")) - seen


def test_every_role_has_a_manual() -> None:
    assert {manual.stem for manual in MANUALS} == {*ROLES, "README"}


@pytest.mark.parametrize("manual", MANUALS, ids=lambda manual: manual.stem)
def test_a_manual_fits_on_two_pages(manual: Path) -> None:
    assert 0 < words(manual.read_text()) <= MOST_WORDS


def test_a_word_stands_once_in_the_glossary() -> None:
    terms = re.findall(r"^\| ([^|]+?) \|", (DOCS / "glossary.md").read_text(), re.M)
    told = [term.lower() for term in terms if term not in ("Istilah", "---")]
    assert len(told) > 50
    assert sorted(told) == sorted(set(told))


def test_every_direct_dependency_is_named_with_a_licence() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    lists = [config["options"]["install_requires"], *config["options.extras_require"].values()]
    wanted = {re.split(r"[\[=<>~!\s]", line)[0] for lines in lists for line in lines.splitlines() if line.strip()}
    npm = json.loads((ROOT / "frontend/package.json").read_text())
    wanted |= npm["dependencies"].keys() | npm["devDependencies"].keys()
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", (DOCS / "decisions/0001-dependencies.md").read_text(), re.M)
    licensed = " ".join(f" {packages} ".replace(",", " ") for packages, licence in rows if re.search(LICENCES, licence))
    assert not {name for name in wanted if f" {name} " not in licensed}
