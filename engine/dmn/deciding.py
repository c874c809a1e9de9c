"""What a decision answers with the variables of a case (DMN 1.5, 8.2 and 8.3)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.dmn.table import Clause, Decision, Rule, Table
from engine.errors import Refused
from engine.feel import FeelError, compile
from engine.values import Months, Value, encode

Decisions = Mapping[str, Decision]
KINDS: dict[str, type | tuple[type, ...]] = {
    "number": Decimal, "integer": Decimal, "long": Decimal, "double": Decimal, "string": str, "boolean": bool,
    "date": date, "time": time, "dateTime": datetime, "date and time": datetime,
    "days and time duration": timedelta, "years and months duration": Months,
}  # fmt: skip


def decide(key: str, decisions: Decisions, seen: Mapping[str, Value], now: datetime) -> Value:
    """The answer of a decision, after those that it asks. Raises Refused where it cannot be decided rightly."""
    decision = decisions.get(key)
    if decision is None:
        raise Refused("Keputusan {key} tidak ada dalam penempatan ini.", key=key)
    known = dict(seen)
    for asked in decision.asks:
        known[decisions[asked].variable] = decide(asked, decisions, seen, now)
    try:
        if not isinstance(decision.logic, Table):
            return decision.logic.evaluate(known, now)
        return _answer(decision, decision.logic, known, now)
    except FeelError as error:
        raise Refused("Keputusan {key} tidak dapat dinilai: {why}", key=key, why=str(error)) from error


def _answer(decision: Decision, table: Table, seen: Mapping[str, Value], now: datetime) -> Value:
    asked = [_input(decision, clause, seen, now) for clause in table.inputs]
    met = [rule for rule in table.rules if all(t.met(v, seen, now) for t, v in zip(rule.tests, asked, strict=True))]
    if table.policy == "F":
        met = met[:1]
    given = [_output(decision, table, rule, seen, now) for rule in met]
    if table.policy in "CR":
        return AGGREGATE[table.aggregation](given)
    different = [one for one in given if encode(one) != encode(given[0])]
    if table.policy == "U" and len(met) > 1 or different:
        numbers = ", ".join(str(table.rules.index(rule) + 1) for rule in met)
        text = "Keputusan {key}: aturan {numbers} berlaku bersamaan, padahal hanya satu jawaban yang boleh ada."
        raise Refused(text, key=decision.key, numbers=numbers)
    return given[0] if given else _default(decision, table, seen, now)


def _input(decision: Decision, clause: Clause, seen: Mapping[str, Value], now: datetime) -> Value:
    assert clause.expression is not None  # reading has refused a column without one
    value = clause.expression.evaluate(seen, now)
    _must_fit(decision, clause, value)
    _must_be_allowed(decision, clause, value, seen, now)
    return value


def _output(decision: Decision, table: Table, rule: Rule, seen: Mapping[str, Value], now: datetime) -> Value:
    values = [one.evaluate(seen, now) for one in rule.gives]
    for clause, value in zip(table.outputs, values, strict=True):
        _must_fit(decision, clause, value)
        _must_be_allowed(decision, clause, value, seen, now)
    return _whole(table, values)


def _default(decision: Decision, table: Table, seen: Mapping[str, Value], now: datetime) -> Value:
    """The default output; null where there is none."""
    if not any(clause.default for clause in table.outputs):
        return None
    return _whole(table, [clause.default.evaluate(seen, now) if clause.default else None for clause in table.outputs])


def _whole(table: Table, values: list[Value]) -> Value:
    """One output is its value, several are a context."""
    if len(values) == 1:
        return values[0]
    return {clause.name: value for clause, value in zip(table.outputs, values, strict=True)}


def _must_fit(decision: Decision, clause: Clause, value: Value) -> None:
    kind = KINDS.get(clause.type or "")
    wrong_day = kind is date and isinstance(value, datetime)
    if kind is not None and value is not None and (not isinstance(value, kind) or wrong_day):
        text = "Keputusan {key}: nilai {name} bukan {kind}."
        raise Refused(text, key=decision.key, name=clause.name or clause.id, kind=str(clause.type))


def _must_be_allowed(
    decision: Decision, clause: Clause, value: Value, seen: Mapping[str, Value], now: datetime
) -> None:
    if clause.allowed is not None and value is not None and not clause.allowed.met(value, seen, now):
        text = "Keputusan {key}: nilai {name} bukan salah satu yang diizinkan."
        raise Refused(text, key=decision.key, name=clause.name or clause.id)


def _with(text: str) -> Callable[[list[Value]], Any]:
    return lambda given: compile(text).evaluate({"given": given})


AGGREGATE: dict[str | None, Callable[[list[Value]], Value]] = {
    None: list, "COUNT": _with("count(given)"), "SUM": _with("sum(given)"), "MIN": _with("min(given)"),
    "MAX": _with("max(given)"),
}  # fmt: skip
