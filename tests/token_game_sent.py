"""Small models of signals and messages, with outcomes written by hand; several instances too."""

from typing import Any

from token_game_tables import OVER, RUNS

PAIR = "start S | and P | {} | S > P | P > {} | P > {}"
SUB = "start S | sub U | start I in=U | {} | user B | S > U | U > B"

# name: text, data at the start, steps, open items after every step (/), path, (ended, failed), outbox
SENT: dict[str, tuple[str, dict[str, Any], str, str, str, tuple[bool, str | None], list[list[Any]]]] = {
    # BPMN 10.5.1, 10.5.5; CONTRACT, Steps: "All tokens released by a step reach their next wait before a signal ..."
    "signal, nobody listens": ("start S | throw H signal=s | user A | S > H | H > A", {}, "*s", "A/A", "S H", RUNS, []),
    "signal, to itself": ("start S | throw H signal=s | catch C signal=s | user A | S > H | H > C | C > A", {}, "",
                          "A", "S H C", RUNS, []),
    "signal, to who comes to rest": (
        PAIR.format("throw H signal=s | none N | catch C signal=s | user A | N > C | C > A", "H", "N")
        .replace("none N", "throw N"), {}, "", "A", "S P H N C", RUNS, []),
    "signal, to all": (
        "start S | user A | throw H signal=s | catch C signal=s | catch D signal=s | catch K signal=t | user B | user X"
        " | S > A | S > C | S > D | S > K | A > H | C > B | D > X", {}, "A", "A/B X", "S A H C D", RUNS, []),
    "signal, from outside": ("start S | catch C signal=s | user A | S > C | C > A", {}, "*t, *s, *s", "//A/A",
                             "S C", RUNS, []),
    "signal, at the border": ("start S | user A | boundary W on=A signal=s | user X | S > A | W > X", {},
                              "*s, *s, A, *s", "A/A X/A X X/X X/X X", "S W W A", RUNS, []),
    "signal, interrupts": ("start S | user A | boundary W on=A signal=s interrupting | user X | S > A | W > X", {},
                           "*s, *s", "A/X/X", "S W", RUNS, []),
    "signal, a handler": (SUB.format("user A in=U | I > A | esub V in=U | start T in=V signal=s | user X in=V | T > X"),
                          {}, "*s, *s, X", "A/X/X/B", "S I T X V U", RUNS, []),
    "signal, a handler beside": (
        SUB.format("user A in=U | I > A | esub V in=U | start T in=V signal=s non | user X in=V | T > X"), {},
        "*s, *s, A, X, X", "A/A X/A X X/X X/X/B", "S I T T A X V X V U", RUNS, []),
    "signal, an end event": (PAIR.format("end H signal=s | catch C signal=s | user A | C > A", "C", "H"), {}, "", "A",
                             "S P H C", RUNS, []),
    # docs/decisions/0005: "A signal holds nothing"; its sub-process has completed before it is delivered
    "signal, holds nothing": (
        SUB.format("user A in=U | end J in=U signal=s | I > A | A > J | boundary W on=U signal=s | user X | W > X"), {},
        "A", "A/B", "S I A J U", RUNS, []),
    "many, signals": (
        SUB.format("catch C in=U signal=s | user A in=U | I > C | C > A").replace("sub U", "sub U many=2"), {},
        "*s, A, A", "/A A/A/B", "S I I C C A U A U", RUNS, []),
    "call, signals": (
        "start S | call C of=q | user B | throw H signal=s | S > C | S > B | B > H | process q | start T"
        " | catch K signal=s | user A | T > K | K > A", {}, "B, A", "B/A/", "S T B H K A C", OVER, []),
    "signal, a race": ("start S | race R | catch C signal=s | catch D message=m | user A | S > R | R > C | R > D"
                       " | C > A", {}, "*s, !m", "/A/A", "S R C", RUNS, []),
    # BPMN 10.5.1; CONTRACT, Events: "goes to the waiting catch or start with its name and key, else to the outbox"
    "message, to the outbox": ("start S | throw H message=m key=x | user A | S > H | H > A", {"x": 5}, "", "A", "S H",
                               RUNS, [["m", 5]]),
    "message, a send task": ("start S | send H message=m | user A | S > H | H > A", {}, "", "A", "S H", RUNS,
                             [["m", None]]),
    "message, an end event": ("start S | end H message=m | S > H", {}, "", "", "S H", OVER, [["m", None]]),
    "message, is not kept": ("start S | throw H message=m | user A | catch C message=m | user B | S > H | H > A | A > C"
                             " | C > B", {}, "A, !m", "A//B", "S H A C", RUNS, [["m", None]]),
    "message, to itself": ("start S | throw H message=m | catch C message=m | user A | S > H | H > C | C > A", {}, "",
                           "A", "S H C", RUNS, []),
    "message, to the oldest alone": (
        "start S | user A | catch C message=m | catch D message=m | user B | throw H message=m | user X | user Y"
        " | S > C | S > A | A > D | A > B | B > H | C > X | D > Y", {}, "A, B", "A/B/X", "S A B H C", RUNS, []),
    "message, by its key": (
        PAIR.format("user A | throw H message=m key=x | catch C message=m key=y | user X | A > H | C > X", "A", "C"),
        {"y": 5}, "A x=5", "A/X", "S P A H C", RUNS, []),
    "message, another key": (
        PAIR.format("user A | throw H message=m key=x | catch C message=m key=y | user X | A > H | C > X", "A", "C"),
        {"y": 5}, "A x=6", "A/", "S P A H", RUNS, [["m", 6]]),
    "message, no key": (
        PAIR.format("user A | throw H message=m | catch C message=m key=y | user X | A > H | C > X", "A", "C"),
        {"y": 5}, "A", "A/", "S P A H", RUNS, [["m", None]]),
    # CONTRACT, Events: "The key is ... on the catching element": as it is when a message looks for it
    "message, the key as it is": (
        PAIR.format("user A | catch C message=m key=y | user X | C > X", "A", "C"), {"y": 5}, "A y=6, !m:5, !m:6",
        "A///X", "S P A C", RUNS, []),
    "message, from outside by key": (
        "start S | catch C message=m key=y | user A | S > C | C > A", {"y": "k"}, '!m, !m:"j", !m:"k" z=1',
        "///A", "S C", RUNS, []),
    "message, at the border": (
        "start S | user A | user B | boundary W on=A message=m key=7 | user X"
        " | throw H message=m key=3+4 | S > A | S > B | B > H | W > X", {}, "B", "A B/A X", "S B H W", RUNS, []),
    "message, a handler": (
        SUB.format("user A in=U | send H in=U message=m | user C in=U | I > A | A > H | H > C | esub V in=U"
                   " | start T in=V message=m | user X in=V | T > X"), {}, "A, X", "A/X/B", "S I A H T X V U", RUNS,
        []),
    "message, the scope is over": (
        SUB.format("user A in=U | end J in=U message=m | I > A | A > J | boundary W on=U message=m | user X | W > X"),
        {}, "A", "A/B", "S I A J U", RUNS, [["m", None]]),
    "message, carries no data": (
        "start S | user A | throw H message=m | catch C message=m | xor G default=d | user X | user Y | S > A | A > H"
        " | H > C | C > G | G > X : x = 1 | G > Y d", {"x": 1}, "A", "A/X", "S A H C G", RUNS, []),
    "message, of each item": (
        "start S | send A each=l item=o message=m key=o | user B | S > A | A > B", {"l": [5, 6]}, "", "B", "S A A",
        RUNS, [["m", 5], ["m", 6]]),
    "message, of each item in turn": (
        "start S | send A each=l item=o message=m key=o sequential | user B | S > A | A > B", {"l": [5, 6]}, "", "B",
        "S A A", RUNS, [["m", 5], ["m", 6]]),
    "message, of the called": (
        "start S | call C of=q | catch K message=m | user B | S > C | S > K | K > B | process q | start T | user A"
        " | end F message=m | T > A | A > F", {}, "A", "A/B", "S T A F C K", RUNS, []),
    "message, two after one another": (
        "start S | throw H message=m | throw J message=n | catch C message=n | user A | S > H | H > J | J > C | C > A",
        {}, "", "A", "S H J C", RUNS, [["m", None]]),
}  # fmt: skip
LISTENS = "start S | user Z | throw H message=m key=x | S > Z | Z > H | process q | start T | catch C message=m key=x"
LISTENS += " | user A | T > C | C > A"

# name: text, steps ("^q x=1": start q with x), of every instance: open items, path; steps that are refused
INSTANCES: dict[str, tuple[str, str, list[tuple[str, str]], list[int]]] = {
    "a message starts one": (
        "start S | user A | throw H message=m | S > A | A > H | process q | start T message=m | user B | T > B",
        "^p, A, !m, !n", [("", "S A H"), ("B", "T"), ("B", "T")], [3]),
    "a signal starts one and reaches all": (
        "start S | catch C signal=s | user A | S > C | C > A | process q | start T signal=s | user B | T > B",
        "^p, ^p, *s, *s", [("A", "S C"), ("A", "S C"), ("B", "T"), ("B", "T")], []),
    "a message goes to the oldest other": (LISTENS, "^p x=1, ^q x=1, ^q x=1, ^q x=2, Z",
                                           [("", "S Z H"), ("A", "T C"), ("", "T"), ("", "T")], []),
    "a message goes to its own first": (LISTENS.replace("Z > H", "Z > H | H > K | catch K message=m key=x"),
                                        "^q x=1, ^p x=1, Z", [("", "T"), ("", "S Z H K")], []),
    "a message goes where its key is": (LISTENS, "^p x=2, ^q x=1, ^q x=2, Z", [("", "S Z H"), ("", "T"), ("A", "T C")],
                                        []),
    "a message for two is refused": (LISTENS, "^q x=1, ^q x=1, ^q x=2, !m:1, !m:2",
                                     [("", "T"), ("", "T"), ("A", "T C")], [3]),
    "a catch comes before a start": (
        LISTENS + " | process r | start R message=m | user B | R > B", "^p, ^q, Z, !m",
        [("", "S Z H"), ("A", "T C"), ("B", "R")], []),
    "the oldest work item of all": (LISTENS, "^p, ^p, Z", [("", "S Z H"), ("Z", "S")], []),
    "an error ends one": ("start S | user A | end E error=c | S > A | A > E", "^p, ^p, A", [("", "S A E"), ("A", "S")],
                          []),
    "each has its variables": (
        "start S | user A | xor G default=d | user B | user C | S > A | A > G | G > B : x = 1 | G > C d",
        "^p, ^p x=1, A x=2, A", [("C", "S A G"), ("B", "S A G")], []),
}  # fmt: skip
