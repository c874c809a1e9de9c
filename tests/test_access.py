"""Who may do what: every address, asked by everybody, answers as docs/reference/access.csv says."""

import pytest
from stage import CASES, PEOPLE, Kept, Stage
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tools import access

LINES = access.lines()
ABOUT = {"case_id", "item_id", "document_id"}  # parameters whose answer depends on the case
SAFE = {"HEAD", "OPTIONS"}  # answered wherever GET is, with less
REFUSED = {302: "door", 403: "refused", 404: "none"}
OK = {200, 302, 409, 422, 429}  # let in; to be told that it is too late, what is missing, or to wait
TO_DO = "paste it into docs/reference/access.csv if that is what it should be, then `python -m tools.access`:"


def rules(stage: Stage) -> dict[tuple[str, str, str], Rule]:
    """Every line that there must be: method, address, case."""
    found = {}
    for rule in stage.visitors["ppk"].client.application.url_map.iter_rules():
        for case in CASES if rule.arguments & ABOUT else ("",):
            found |= {(method, rule.rule, case): rule for method in rule.methods - SAFE}
    return found


def told(answer: TestResponse) -> str:
    """One cell: ok, refused, door or none. Anything else is nobody's right."""
    status, to = answer.status_code, answer.location or ""
    if status in REFUSED and (status != 302 or to.startswith("/masuk?")):
        return REFUSED[status]
    return "ok" if status in OK else str(status)


def cells(stage: Stage, rule: Rule, method: str, case: str) -> dict[str, str]:
    try:
        path = stage.address(rule, case)
    except KeyError as missing:
        pytest.fail(f"{rule.rule}: tests/stage.py has no value for {missing}; put one of these things on the stage")
    return {who: told(stage.answer(who, method, path)) for who in PEOPLE}


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line['method']} {line['address']} {line['case']}".strip())
def test_everybody_gets_what_the_line_says(kept: Kept, line: dict[str, str]) -> None:
    stage, key = kept.again(), (line["method"], line["address"], line["case"])
    rule = rules(stage).get(key)
    assert rule, f"no such address any more: take the line {','.join(key)} out of docs/reference/access.csv"
    assert cells(stage, rule, key[0], key[2]) == {who: line[who] for who in PEOPLE}


def test_every_address_has_a_line(kept: Kept) -> None:
    there = {(line["method"], line["address"], line["case"]) for line in LINES}
    assert len(there) == len(LINES), "a line stands twice in docs/reference/access.csv"
    for key, rule in sorted(rules(kept.stage).items()):
        if key not in there:
            found = cells(kept.again(), rule, key[0], key[2])
            pytest.fail(f"{key[0]} {key[1]} has no line; {TO_DO}\n{','.join([*key, *found.values()])}")


def test_the_page_says_what_the_file_says() -> None:
    assert access.PAGE.read_text() == access.page(LINES), "run `python -m tools.access`"
