"""From the grammar's rules to parts: called by the parser while it reads, from the inside out."""

import re
from typing import Any, Final

from lark import Token, Transformer, v_args

from engine.errors import BadValue
from engine.feel import lists, loops, moments, nodes, numbers, texts, times
from engine.feel.builtins import TABLE
from engine.feel.errors import FeelError
from engine.feel.nodes import Node
from engine.values import checked
from engine.values import number as read_number

LIBRARY: Final = (texts, numbers, lists, times)  # importing them fills the table of built-ins
LONGEST_NAME: Final = 100
RESERVED: Final = frozenset(
    ("if", "then", "else", "for", "return", "some", "every", "satisfies", "in", "or", "and", "between")
    + ("null", "true", "false")
)
_ESCAPE = re.compile(r'\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|["\'\\/ntr]|.)', re.DOTALL)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\", "/": "/"}


@v_args(inline=True)
class Builder(Transformer):  # type: ignore[type-arg]
    """One method a rule of grammar.lark."""

    def choice(self, test: Node, then: Node, other: Node) -> Node:
        return nodes.choice(test, then, other)

    def each(self, name: Token, items: Node) -> loops.Each:
        return loops.Each(_name(name), items)

    def each_number(self, name: Token, first: Node, last: Node) -> loops.Each:
        return loops.Each(_name(name), first, last)

    def iterators(self, *each: loops.Each) -> tuple[loops.Each, ...]:
        return each

    def loop(self, each: tuple[loops.Each, ...], body: Node) -> Node:
        return loops.loop(each, body)

    def quantified(self, word: Token, each: tuple[loops.Each, ...], body: Node) -> Node:
        return loops.quantified(str(word), each, body)

    def disjunction(self, *parts: Node) -> Node:
        return nodes.gathered(parts, True)

    def conjunction(self, *parts: Node) -> Node:
        return nodes.gathered(parts, False)

    def compare(self, left: Node, sign: Token, right: Node) -> Node:
        return nodes.comparison(left, str(sign), right)

    def between(self, value: Node, low: Node, high: Node) -> Node:
        return nodes.between(value, low, high)

    def within(self, value: Node, test: Node) -> Node:
        return nodes.within(value, test)

    def test_value(self, wanted: Node) -> Node:
        return nodes.same(wanted)

    def test_order(self, sign: Token, wanted: Node) -> Node:
        return nodes.against(str(sign), wanted)

    def test_range(self, *parts: Any) -> Node:
        low, high = [part for part in parts if isinstance(part, Node)]
        return nodes.span(low, high, not isinstance(parts[0], Token), not isinstance(parts[-1], Token))

    def anything(self) -> Node:
        return nodes.anything()

    def denied_test(self, test: Node) -> Node:
        return nodes.denied_test(test)

    def cell_test(self, part: Node) -> Node:
        return nodes.cell_test(part)

    def tested(self) -> Node:
        return nodes.tested()

    def any_test(self, *tests: Node) -> Node:
        return nodes.either(tests)

    def sum(self, first: Node, *rest: Any) -> Node:
        return nodes.calculation(first, [(str(sign), part) for sign, part in zip(rest[::2], rest[1::2], strict=True)])

    product = sum

    def power(self, base: Node, exponent: Node) -> Node:
        return nodes.calculation(base, [("**", exponent)])

    def negation(self, sign: Token, part: Node) -> Node:
        return nodes.negation(part)

    def path(self, base: Node, name: Token) -> Node:
        return nodes.path(base, str(name))

    def filtered(self, base: Node, test: Node) -> Node:
        return loops.filtered(base, test)

    def number(self, text: Token) -> Node:
        try:
            return nodes.literal(read_number(text))
        except BadValue as error:
            raise _at(text, "Angka tidak dapat dibaca.") from error

    def text(self, text: Token) -> Node:
        return nodes.literal(_unquoted(text))

    def moment(self, text: Token) -> Node:
        value = moments.read_any(_unquoted(text))
        if value is None:
            raise _at(text, "@{found} bukan tanggal, jam, atau lama waktu.", found=str(text)[:40])
        return nodes.literal(value)

    def null(self) -> Node:
        return nodes.literal(None)

    def true(self) -> Node:
        return nodes.literal(True)

    def false(self) -> Node:
        return nodes.literal(False)

    def name(self, name: Token) -> Node:
        return nodes.variable(_name(name))

    def arguments(self, *parts: Node) -> tuple[Node, ...]:
        return parts

    def call(self, name: Token, parts: tuple[Node, ...] | None) -> Node:
        given, function = parts or (), TABLE.get(" ".join(name.split()))
        if function is None:
            raise _at(name, "Fungsi {name} tidak dikenal.", name=str(name)[:40])
        if not function.least <= len(given) <= function.most:
            raise _at(name, "Fungsi dipanggil sebagai {signature}.", signature=function.signature)
        return nodes.call(function.run, given)

    def group(self, part: Node) -> Node:
        return nodes.grouped(part)

    def items(self, parts: tuple[Node, ...] | None) -> Node:
        return nodes.listing(parts or ())

    def entry(self, key: Token, part: Node) -> tuple[str, Node]:
        return (_unquoted(key) if key.type == "STRING" else str(key)), part

    def entries(self, *entries: tuple[str, Node]) -> tuple[tuple[str, Node], ...]:
        return entries

    def context(self, entries: tuple[tuple[str, Node], ...] | None) -> Node:
        return loops.context(entries or ())


def _at(token: Token, words: str, **values: str) -> FeelError:
    return FeelError("Baris {line} kolom {column}: " + words, line=str(token.line), column=str(token.column), **values)


def _name(token: Token) -> str:
    if token in RESERVED:
        raise _at(token, "{name} adalah kata FEEL, bukan nama.", name=str(token))
    if len(token) > LONGEST_NAME:
        raise _at(token, "Nama lebih panjang dari {most} huruf.", most=str(LONGEST_NAME))
    return str(token)


def _unquoted(token: Token) -> str:
    def letter(found: re.Match[str]) -> str:
        sign = found[1]
        if sign in _ESCAPES:
            return _ESCAPES[sign]
        if len(sign) == 1 or int(sign[1:], 16) > 0x10FFFF:
            raise _at(token, "Tanda \\{sign} di dalam teks tidak dikenal.", sign=sign)
        return chr(int(sign[1:], 16))

    try:
        return str(checked(_ESCAPE.sub(letter, token[1:-1])))
    except BadValue as error:
        raise _at(token, "Teks memuat tanda yang tidak dapat disimpan.") from error
