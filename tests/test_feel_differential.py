"""feelin, another FEEL, beside ours: thousands of expressions by chance, and a clause for every disagreement.

SOPAN_FEEL_EXPRESSIONS and SOPAN_FEEL_SEED make another and a longer run: 80000 take two minutes.
"""

import os
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from feel_answers import Case, Odd, cases, ours, read, same
from feel_differences import DIFFERENCES, Difference
from feel_drafts import CONTEXT, HOLE, NAMES, TEMPLATES, Binder, Draft, Grower

from engine import feel
from tools.feelin import answers

EXPRESSIONS = int(os.environ.get("SOPAN_FEEL_EXPRESSIONS", "6000"))
SEED = int(os.environ.get("SOPAN_FEEL_SEED", "2026"))
NOT_IN_FEELIN = {"trim", "is defined", "last day of month"}
OF_THE_CLOCK = {"now", "today"}


class Given(Grower):
    """Fills a template with given texts instead of by chance."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        super().__init__(0)
        self.texts = iter(texts)

    def draft(self, kind: str, depth: int, around: tuple[Binder, ...] = ()) -> Draft:
        """The next text."""
        text = next(self.texts)
        return Draft(text, 9, kind, text, (), around)


@dataclass
class Corpus:
    """Expressions by their text, and what both say."""

    drafts: dict[str, Draft]
    ours: dict[str, Any]
    theirs: dict[str, Any]

    @cached_property
    def differing(self) -> set[str]:
        """The texts on which the two disagree."""
        return {text for text in self.drafts if not same(self.ours[text], self.theirs[text])}

    @cached_property
    def smallest(self) -> list[str]:
        """The texts on which the two disagree although they agree on all parts."""
        return [text for text in self.drafts if text in self.differing and not self._inner(text) & self.differing]

    def _inner(self, text: str) -> set[str]:
        draft = self.drafts[text]
        return {part.alone for part in (*draft.parts, *(binder.source for binder in draft.around))}


def the_class(case: Case) -> str:
    """The first class of the table that a case belongs to; empty if none does."""
    return next((row.what for row in DIFFERENCES if row.holds(case)), "")


def example(row: Difference) -> Draft:
    """The example of a row, grown from its template."""
    rule, *texts = row.example
    return Given(tuple(texts)).filled("", 9, rule, 1)


def asked(drafts: list[Draft]) -> Corpus:
    """What both say to these expressions and all their parts."""
    by_text = {part.alone: part for draft in drafts for part in draft.every()}
    data = feel.compile(CONTEXT).evaluate({})
    context, *theirs = map(read, answers(CONTEXT, list(by_text)))
    assert same(read(ours(CONTEXT, {})), context)
    mine = {text: read(ours(text, data)) for text in by_text}
    return Corpus(by_text, mine, dict(zip(by_text, theirs, strict=True)))


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """The expressions of this run, with the examples of the table."""
    grower = Grower(SEED)
    drafts, seen = [example(row) for row in DIFFERENCES], set[str]()
    while len(seen) < EXPRESSIONS:
        draft = grower.draft(grower.chance.choice(list(NAMES)), grower.chance.choice([2, 3, 4]))
        drafts.append(draft)
        seen.update(part.alone for part in draft.every())
    return asked(drafts)


def test_both_agree_or_a_clause_decides(corpus: Corpus) -> None:
    found: Counter[str] = Counter()
    unexplained = []
    for text in corpus.smallest:
        rounds = cases(corpus.drafts[text], corpus.ours, corpus.theirs)
        classes = [the_class(case) for case in rounds]
        found.update(set(classes))
        in_one_for_all = isinstance(corpus.theirs[text], Odd) and any(classes)
        if not classes or ("" in classes and not in_one_for_all):
            unexplained.append(f"{text}\n  ours   {corpus.ours[text]}\n  feelin {corpus.theirs[text]}")
    differing, total = len(corpus.differing), len(corpus.drafts)
    decided = len(corpus.smallest)
    print(f"{total} expressions: {total - differing} agreed, {decided} decided by a clause", found.most_common())
    assert not unexplained, f"{len(unexplained)} of {total}:\n" + "\n".join(sorted(unexplained, key=len)[:10])


def test_most_expressions_say_the_same(corpus: Corpus) -> None:
    assert len(corpus.differing) < 0.2 * len(corpus.drafts)


def test_nothing_of_our_subset_is_refused(corpus: Corpus) -> None:
    assert not {text: value for text, value in corpus.ours.items() if isinstance(value, Odd)}


@pytest.mark.parametrize("row", DIFFERENCES, ids=lambda row: row.what)
def test_a_difference_is_still_there(corpus: Corpus, row: Difference) -> None:
    draft = example(row)
    assert draft.alone in corpus.smallest, "feelin agrees now: drop the row"
    assert all(row.holds(case) for case in cases(draft, corpus.ours, corpus.theirs))
    assert row.clause


def test_every_template_and_built_in_is_asked(corpus: Corpus) -> None:
    templates = {rule for rules in TEMPLATES.values() for _, rule in rules}
    drawn = {draft.rule for draft in corpus.drafts.values()}
    assert {rule for rule in templates if HOLE.search(rule)} <= drawn
    text = (Path(__file__).parent / "feel_templates.txt").read_text(encoding="utf-8")
    assert {name for name in feel.BUILTINS if f"{name}(" not in text} == NOT_IN_FEELIN | OF_THE_CLOCK


def test_what_feelin_does_not_have_is_null_there() -> None:
    asks = ['trim(" a ")', "is defined(1)", "last day of month(tgl)"]
    assert answers(CONTEXT, asks)[1:] == [None, None, None]
