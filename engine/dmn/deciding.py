"""What a decision answers (DMN 1.5, 8.2 and 8.3): those it requires first, then its table or its expression."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from engine.dmn.kinds import misfit
from engine.dmn.table import SINGLE, Decision, Input, Output, Rule, Table
from engine.errors import Refused
from engine.feel import BUILTINS, Expression, FeelError, Scope, equal
from engine.values import Value

_GATHER: Final = {"SUM": BUILTINS["sum"], "MIN": BUILTINS["min"], "MAX": BUILTINS["max"]}
_DEFAULT: Final = "default"  # stands for the number of a rule where none matched


def decide(key: str, decisions: Mapping[str, Decision], whole: Scope) -> Value:
    """The answer of a decision with what a scope knows. Raises Refused where it cannot be decided rightly.

    All of it spends the budget of that scope, which is one. The answer of a required decision is found under its name,
    before a variable; each is taken once, however many require it.
    """
    decision = decisions.get(key)
    if decision is None:
        raise Refused("Keputusan {key} tidak ada dalam penempatan ini.", key=key)
    answers = dict[str, tuple[str, Value]]()
    for one in (*decision.before, decision):
        scope = whole.inner(dict(answers[asked] for asked in one.requires))
        answers[one.key] = (one.result, _Evaluation(one, scope).result())
    return answers[key][1]


class _Evaluation:
    """One decision, and the scope in which it reads names."""

    def __init__(self, decision: Decision, scope: Scope) -> None:
        self.decision, self.name, self.scope = decision, decision.name, scope

    def result(self) -> Value:
        """The value of the table or the expression, of the type that the decision names."""
        logic, kind = self.decision.logic, self.decision.kind
        try:
            value = self.scope.given(self._table(logic) if isinstance(logic, Table) else logic.run(self.scope))
        except FeelError as error:
            raise Refused("Keputusan {decision}: {why}", decision=self.name, why=str(error)) from error
        if found := misfit(value, kind):
            raise Refused(
                "Keputusan {decision}: hasilnya harus {kind}, ternyata {found}.",
                decision=self.name, kind=str(kind), found=found,
            )  # fmt: skip
        return value

    def _table(self, table: Table) -> Value:
        values = [self._asked(column) for column in table.inputs]
        hits = list(self._hits(table, values))
        numbers = ", ".join(str(rule.number) for rule in hits)
        if table.policy == "UNIQUE" and len(hits) > 1:
            raise Refused(
                "Keputusan {decision}: aturan {rules} cocok bersamaan, padahal tabelnya UNIQUE.",
                decision=self.name, rules=numbers,
            )  # fmt: skip
        if not hits:
            return self._without_match(table)
        given = [self._given(table.outputs, rule.outputs, str(rule.number)) for rule in hits]
        if table.policy == "ANY" and not all(equal(given[0], other, self.scope) for other in given):
            raise Refused(
                "Keputusan {decision}: aturan {rules} cocok dengan keluaran berbeda, padahal tabelnya ANY.",
                decision=self.name, rules=numbers,
            )  # fmt: skip
        if table.policy in SINGLE:
            return given[0]
        return self._gathered(table.aggregation, given, numbers)

    def _asked(self, column: Input) -> Value:
        """The value of an input column."""
        try:
            value = column.expression.run(self.scope)
            met = value is None or column.allowed is None or column.allowed.met(value, self.scope)
        except FeelError as error:
            raise Refused(
                "Keputusan {decision}, masukan {column}: {why}", decision=self.name, column=column.label, why=str(error)
            ) from error
        if found := misfit(value, column.kind):
            raise Refused(
                "Keputusan {decision}: masukan {column} harus {kind}, ternyata {found}.",
                decision=self.name, column=column.label, kind=str(column.kind), found=found,
            )  # fmt: skip
        if not met:
            raise Refused(
                "Keputusan {decision}: masukan {column} tidak termasuk nilai yang diperbolehkan.",
                decision=self.name, column=column.label,
            )  # fmt: skip
        return value

    def _hits(self, table: Table, values: Sequence[Value]) -> Iterator[Rule]:
        """The rules that match, in their order; the first one only where the others do not matter."""
        for rule in table.rules:
            try:
                self.scope.spend(len(rule.tests))
                hit = all(test.met(value, self.scope) for test, value in zip(rule.tests, values, strict=True))
            except FeelError as error:
                raise self._broken(str(rule.number), error) from error
            if hit:
                yield rule
                if table.policy == "FIRST":
                    return

    def _given(self, columns: Sequence[Output], cells: Sequence[Expression], rule: str) -> Value:
        """What the output cells of a rule say: one value, or a context of several."""
        given = {column.name: self._output(column, cell, rule) for column, cell in zip(columns, cells, strict=True)}
        return given if len(columns) > 1 else next(iter(given.values()))

    def _output(self, column: Output, cell: Expression, rule: str) -> Value:
        try:
            value = cell.run(self.scope)
            met = value is None or column.allowed is None or column.allowed.met(value, self.scope)
        except FeelError as error:
            raise self._broken(rule, error) from error
        if found := misfit(value, column.kind):
            raise Refused(
                "Keputusan {decision}, aturan {rule}: keluaran {column} harus {kind}, ternyata {found}.",
                decision=self.name, rule=rule, column=column.label, kind=str(column.kind), found=found,
            )  # fmt: skip
        if not met:
            raise Refused(
                "Keputusan {decision}, aturan {rule}: keluaran {column} tidak termasuk nilai yang diperbolehkan.",
                decision=self.name, rule=rule, column=column.label,
            )  # fmt: skip
        return value

    def _broken(self, rule: str, error: FeelError) -> Refused:
        return Refused("Keputusan {decision}, aturan {rule}: {why}", decision=self.name, rule=rule, why=str(error))

    def _without_match(self, table: Table) -> Value:
        """The default output; without one an empty list or a count of 0 where a list was to come, otherwise null."""
        defaults = [column.default for column in table.outputs if column.default]
        if defaults:
            return self._given(table.outputs, defaults, _DEFAULT)
        if table.policy in SINGLE:
            return None
        return Decimal(0) if table.aggregation == "COUNT" else None if table.aggregation else []

    def _gathered(self, how: str | None, given: list[Value], numbers: str) -> Value:
        if how is None:
            return given
        if how == "COUNT":
            return Decimal(len(given))
        value = _GATHER[how].run(self.scope, given)
        if value is None:
            raise Refused(
                "Keputusan {decision}: keluaran aturan {rules} tidak dapat digabung dengan {how}.",
                decision=self.name, rules=numbers, how=how,
            )  # fmt: skip
        return value
