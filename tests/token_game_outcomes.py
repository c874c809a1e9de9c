"""Small models of what repeats and calls, with outcomes written by hand. The first word of a name is its group."""

from typing import Any

from token_game_tables import OVER, RUNS

Outcome = tuple[str, dict[str, Any], str, str, str, tuple[bool, str | None], dict[str, Any]]
ONE = "start S | {} | user B | S > A | A > B"
SUB = "start S | sub U {} | start I in=U | user A in=U | {} | user B | S > U | I > A | U > B"
CALL = "start S | call C of=q {} | user B | S > C | C > B | {} | process q | start T | user A | T > A | {}"
LATE = "start S | user Z | {} | S > Z | Z > A"


def many(options: str) -> str:
    return ONE.format(f"user A {options}")


# name: text, data at the start, steps, open items after every step (/), path, (ended, failed), variables
MANY: dict[str, Outcome] = {
    # BPMN 13.3.7: "executed in parallel or sequential"; CONTRACT, Path: "a multi-instance item once per item"
    "many, at once": (many("many=3"), {}, "A, A, A", "A A A/A A/A/B", "S A A A", RUNS, {}),
    "many, in turn": (many("many=3 sequential"), {}, "A, A, A", "A/A/A/B", "S A A A", RUNS, {}),
    "many, FEEL": (many("many==n+1"), {"n": 1}, "A, A", "A A/A/B", "S A A", RUNS, {"n": 1}),
    "many, FEEL without =": (many("many=n"), {"n": 1}, "A", "A/B", "S A", RUNS, {"n": 1}),
    "many, none": (many("many=0 into=h"), {}, "", "B", "S", RUNS, {"h": []}),
    "many, none of a collection": (
        many("each=l item=o into=h out=o sequential"), {"l": []}, "", "B", "S", RUNS, {"l": [], "h": []}),
    "many, none: nothing waits at its border": (
        many("many=0") + " | boundary W on=A when=x | user X | W > X", {"x": True}, "", "B", "S", RUNS, {"x": True}),
    "many, no number of items": (
        LATE.format("user A many=n"), {}, "Z, Z n=-1, Z n=true, Z n=\"2\", Z n=2", "Z/Z/Z/Z/Z/A A", "S Z", RUNS,
        {"n": 2}),
    "many, no list": (LATE.format("user A each=l"), {}, "Z, Z l=3, Z l=[7;8]", "Z/Z/Z/A A", "S Z", RUNS, {"l": [7, 8]}),
    "many, results": (many("each=l item=o into=h out=x"), {"l": [5, 6]}, "A x=1 y=3, A x=2", "A A/A/B", "S A A", RUNS,
                      {"l": [5, 6], "h": [1, 2]}),
    "many, results not yet there": (many("many=3 into=h out=x sequential"), {}, "A x=1", "A/A", "S A", RUNS,
                                    {"h": [1, None, None]}),
    "many, results of the item itself": (many("each=l item=o into=h out=o"), {"l": [5, 6]}, "A, A o=9", "A A/A/B",
                                         "S A A", RUNS, {"l": [5, 6], "h": [5, 9]}),
    # CONTRACT, Variables: "A read looks outwards": an item that wrote nothing gives what it sees
    "many, results from outside": (many("many=2 into=h out=x"), {"x": 9}, "A, A x=1", "A A/A/B", "S A A", RUNS,
                                   {"x": 9, "h": [9, 1]}),
    "many, results over the collection": (many("each=l item=o into=l out=x sequential"), {"l": [5, 6], "y": 1},
                                          "A x=1, A x=2", "A/A/B", "S A A", RUNS, {"l": [1, 2], "y": 1}),
    "many, the collection as it was": (
        many("each=l sequential") + " | boundary W on=A message=m", {"l": [5, 6]}, "!m l=[1], A, A", "A/A/A/B",
        "S W A A", RUNS, {"l": [1]}),
    "many, an item keeps what is written": (
        SUB.format("many=2 sequential", "xor G in=U default=d | user C in=U | end J in=U | A > G | G > C : x = 1"
                   " | G > J d | C > J"), {}, "A x=1, C, A", "A/C/A/B", "S I A G C J U I A G J U", RUNS, {}),
    "many, the flows out see nothing of an item": (
        "start S | user A many=2 default=d | user B | user C | S > A | A > B : x = 1 | A > C d", {}, "A x=1, A x=1",
        "A A/A/C", "S A A", RUNS, {}),
    "many, loopCounter": (
        "start S | sub U many=2 | start I in=U | xor G in=U default=d | user A in=U | user C in=U | S > U | I > G"
        " | G > C : loopCounter = 2 | G > A d", {}, "", "A C", "S I I G G", RUNS, {}),
    "many, one in another": (
        SUB.format("each=l item=o into=g out=h sequential", "").replace("user A", "user A each=o item=i into=h out=i"),
        {"l": [[1], [3]]}, "A, A i=4", "A/A/B", "S I A U I A U", RUNS, {"l": [[1], [3]], "g": [[1], [4]]}),
    "many, until": (many("many=3 into=h out=x until=x"), {}, "A x=false, A x=true", "A A A/A A/B", "S A A", RUNS,
                    {"h": [False, True, None]}),
    "many, until no boolean": (many("many=2 until=x"), {}, "A, A x=5", "A A/A/B", "S A A", RUNS, {}),
    "many, until in turn": (many("many=3 until=nrOfCompletedInstances=2 sequential"), {}, "A, A", "A/A/B", "S A A",
                            RUNS, {}),
    "many, until few are active": (many("many=3 until=numberOfActiveInstances=1"), {}, "A, A", "A A A/A A/B", "S A A",
                                   RUNS, {}),
    "many, in turn none is active": (many("many=3 until=nrOfActiveInstances=0 sequential"), {}, "A", "A/B", "S A", RUNS,
                                     {}),
    "many, until a number": (many("many=3 until=loopCounter+numberOfInstances=5 sequential"), {}, "A, A", "A/A/B",
                             "S A A", RUNS, {}),
    "many, until sees the results": (many("many=3 into=h out=x until=h=[null,7,null]"), {}, "A, A x=7", "A A A/A A/B",
                                     "S A A", RUNS, {"h": [None, 7, None]}),
    # BPMN 13.3.7, 10.5.4: boundary events belong to the whole activity
    "many, a timer beside": (many("many=2") + " | timer W on=A at=PT1H | user X | W > X", {}, "+3600, A, A, +9999",
                             "A A/A A X/A X/B X/B X", "S W A A", RUNS, {}),
    "many, a timer that interrupts": (
        many("many=2 into=h out=x") + " | timer W on=A at=PT1H interrupting | user X | W > X", {}, "A x=1, +3600",
        "A A/A/X", "S A W", RUNS, {"h": [1, None]}),
    "many, the border is closed behind": (many("many=1") + " | boundary W on=A message=m | user X | W > X", {},
                                          "A, !m", "A/B/B", "S A", RUNS, {}),
    "many, a condition at the border": (
        many("many=2") + " | boundary W on=A when=x>1 | boundary Y on=A message=m | user X | W > X", {},
        "A x=2, !m x=2", "A A/A/A X", "S A Y W", RUNS, {"x": 2}),
    "many, an error ends all": (
        SUB.format("many=2", "end J in=U error=c | A > J | boundary W on=U error=c interrupting | user X | W > X"), {},
        "A", "A A/X", "S I I A J W", RUNS, {}),
    "many, terminate ends one": (SUB.format("many=2", "user C in=U | terminate J in=U | I > C | A > J"), {}, "A, A",
                                 "A A C C/A C/B", "S I I A J U A J U", RUNS, {}),
    "many, an escalation of each": (
        SUB.format("many=2", "throw J in=U escalation=c | A > J | boundary W on=U escalation=c | user X | W > X"), {},
        "A, A", "A A/A X/B X X", "S I I A J W U A J W U", RUNS, {}),
    "many, receive": (ONE.format("receive A many=2 message=m into=h out=x"), {}, "!m x=1, !m x=2, !m", "//B/B",
                      "S A A", RUNS, {"h": [1, 2]}),
    "many, receive in turn": (ONE.format("receive A many=2 message=m sequential"), {}, "!m, !m", "//B", "S A A", RUNS,
                              {}),
    "many, receive by key": (ONE.format("receive A each=l item=o message=m key=o into=h out=x"), {"l": [5, 6]},
                             "!m:6 x=1, !m:7, !m, !m:5 x=2", "////B", "S A A", RUNS, {"l": [5, 6], "h": [2, 1]}),
    "many, a handler in one": (SUB.format("many=2 into=h out=x", "esub V in=U | start T in=V message=m"), {},
                               "!m x=7, A", "A A/A/B", "S I I T V U A U", RUNS, {"h": [7, None]}),
    "many, a condition in one": (SUB.format("many=2", "catch K in=U when=x>1 | I > K"), {}, "A x=2, A, ", "A A/A/",
                                 "S I I A K U A", RUNS, {}),
    "many, a condition outside": (
        SUB.format("many=2", "catch K in=U when=x>1 | I > K | boundary W on=U message=m"), {}, "!m x=2, A, A",
        "A A/A A/A/B", "S I I W K K A U A U", RUNS, {"x": 2}),
    "many, timers in each": (SUB.format("many=2", "catch K in=U at=PT1H | A > K"), {}, "A, +10, A, +3590, +10",
                             "A A/A/A///B", "S I I A A K U K U", RUNS, {}),
    "call, of each item": (
        "start S | call C each=l item=o into=h out=y of==o | user B | S > C | C > B | process q | start T | user A"
        " | T > A | process r | start R | user D | R > D", {"l": ["q", "r"]}, "D y=2, A y=1 z=3", "A D/A/B",
        "S T R D C A C", RUNS, {"l": ["q", "r"], "h": [1, 2]}),
    "many, automatic": (ONE.format("sub A many=2 | start I in=A"), {}, "", "B", "S I A I A", RUNS, {}),
}  # fmt: skip
LOOP: dict[str, Outcome] = {
    # BPMN 13.3.6
    "loop, while": (many("loop=x<3"), {}, "A x=1, A x=3", "A/A/B", "S A A", RUNS, {"x": 3}),
    "loop, at least once": (many("loop=false"), {}, "A", "A/B", "S A", RUNS, {}),
    "loop, at most": (many("most=2"), {}, "A, A", "A/A/B", "S A A", RUNS, {}),
    "loop, at most while": (many("loop=x most=2"), {"x": True}, "A, A", "A/A/B", "S A A", RUNS, {"x": True}),
    "loop, no boolean": (many("loop=x"), {}, "A x=5", "A/B", "S A", RUNS, {"x": 5}),
    "before, while": (many("loop=x before"), {"x": True}, "A, A x=false", "A/A/B", "S A A", RUNS, {"x": False}),
    "before, at most": (many("loop=x most=2 before"), {"x": True}, "A, A", "A/A/B", "S A A", RUNS,
                                     {"x": True}),
    "before, only a number": (many("most=2 before"), {}, "A, A", "A/A/B", "S A A", RUNS, {}),
    "before, not once": (many("loop=x before"), {"x": False}, "", "B", "S", RUNS, {"x": False}),
    "before, not once without a boolean": (many("loop=x before"), {}, "", "B", "S", RUNS, {}),
    "before, not once: nothing waits": (many("loop=false before") + " | boundary W on=A when=x | user X | W > X",
                                      {"x": True}, "", "B", "S", RUNS, {"x": True}),
    # BPMN 13.3.6: the flows out are for the whole activity: their conditions count when it has ended
    "loop, the flows out wait for its end": (
        "start S | user A loop=c most=3 default=d | user B | user C | S > A | A > B : a | A > C d", {},
        "A c=true, A c=true a=true, A c=false a=true", "A/A/A/B", "S A A A", RUNS, {"a": True, "c": False}),
    "loop, its border is for all rounds": (
        many("most=3") + " | timer W on=A at=PT1H | user X | W > X", {}, "+3600, A, +3600, A, A",
        "A/A X/A X/A X/A X/B X", "S W A A A", RUNS, {}),
    "loop, interrupted": (many("most=3") + " | timer W on=A at=PT1H interrupting | user X | W > X", {}, "A, +3600",
                          "A/A/X", "S A W", RUNS, {}),
    "loop, sub-process": (SUB.format("loop=x<2", "end J in=U | A > J"), {}, "A x=1, A x=2", "A/A/B",
                          "S I A J U I A J U", RUNS, {"x": 2}),
    "loop, handlers of each round": (
        SUB.format("most=2", "esub V in=U | start T in=V at=PT1H non | user X in=V | T > X"), {},
        "+3600, A, X, +3600, X, A", "A/A X/X/A/A X/A/B", "S I T A X V U I T X V A U", RUNS, {}),
    "loop, terminate ends one round": (SUB.format("most=2", "user C in=U | terminate J in=U | I > C | A > J"), {},
                                       "A, A", "A C/A C/B", "S I A J U I A J U", RUNS, {}),
    "loop, an error ends all": (
        SUB.format("most=2", "end J in=U error=c | A > J | boundary W on=U error=c interrupting | user X | W > X"), {},
        "A", "A/X", "S I A J W", RUNS, {}),
    "loop, receive": (ONE.format("receive A most=2 message=m"), {}, "!m, !m", "//B", "S A A", RUNS, {}),
    "call, in a loop": (CALL.format("loop=x<2", "", ""), {"x": 0}, "A x=1, A x=2", "A/A/B", "S T A C T A C", RUNS,
                        {"x": 2}),
    "endless, a standard loop": (LATE.format("sub A loop=x | start I in=A"), {}, "Z x=true, Z x=false", "Z/Z/",
                                 "S Z I A", OVER, {"x": False}),
}  # fmt: skip
CALLS: dict[str, Outcome] = {
    # BPMN 10.3.6, 13.3.4; CONTRACT, Variables
    "call": (CALL.format("", "", "end F | A > F"), {}, "A, B", "A/B/", "S T A F C B", OVER, {}),
    "call, all in, changed out": (CALL.format("", "", "xor G | end F | A > G | G > F : y = 2"), {"x": 1, "y": 2},
                                  "A x=5 z=3", "A/B", "S T A G F C", RUNS, {"x": 5, "y": 2, "z": 3}),
    "call, out when it ends": (CALL.format("", "", "user D | A > D"), {"x": 1}, "A x=5", "A/D", "S T A", RUNS,
                               {"x": 1}),
    "call, what is not changed stays": (
        CALL.format("", "user D | S > D", ""), {"x": 1}, "D x=2, A y=1", "A D/A/B", "S T D A C",
        RUNS, {"x": 2, "y": 1}),
    "call, a copy": (
        CALL.format("", "user D | S > D", "xor G default=d | user K | end F | A > G | G > K : x = 2 | G > F d"),
        {"x": 1}, "D x=2, A", "A D/A/B", "S T D A G F C", RUNS, {"x": 2}),
    "call, what it names": (
        CALL.format("give=x take=y", "", "xor G default=d | user K | end F | A > G | G > K : z = 9 | G > F d"),
        {"x": 1, "z": 9}, "A x=7 y=5 w=1", "A/B", "S T A G F C", RUNS, {"x": 1, "y": 5, "z": 9}),
    "call, nothing in": (
        CALL.format("give= take=y", "", "xor G default=d | user K | end F | A > G | G > K : x = 1 | G > F d"),
        {"x": 1}, "A", "A/B", "S T A G F C", RUNS, {"x": 1}),
    "call, nothing out": (CALL.format("give=x", "", ""), {"x": 1}, "A x=2 y=3", "A/B", "S T A C", RUNS, {"x": 1}),
    "call, by FEEL": (LATE.format("call A of==n") + " | process q | start T | user D | T > D", {},
                      'Z n="r", Z n=5, Z, Z n="q", D', "Z/Z/Z/Z/D/", "S Z T D A", OVER, {"n": "q"}),
    "call, terminate": (CALL.format("", "user D | S > D", "user K | terminate F | T > K | A > F"), {}, "A",
                        "A D K/B D", "S T A F C", RUNS, {}),
    "call, an error at its border": (
        CALL.format("", "boundary W on=C error=c interrupting | user X | W > X", "user K | end F error=c | T > K"
                    " | A > F"), {}, "A", "A K/X", "S T A F W", RUNS, {}),
    "call, an error that nobody catches": (CALL.format("", "user D | S > D", "end F error=c | A > F"), {}, "A",
                                           "A D/", "S T A F", (True, "c"), {}),
    "call, an error that it catches": (
        CALL.format("", "", "end F error=c | A > F | esub V | start H in=V error=c | user X in=V | H > X"), {}, "A, X",
        "A/X/B", "S T A F H X V C", RUNS, {}),
    "call, an escalation at its border": (
        CALL.format("", "boundary W on=C escalation=c | user X | W > X", "throw F escalation=c | A > F"), {}, "A",
        "A/B X", "S T A F W C", RUNS, {}),
    "call, an escalation that interrupts": (
        CALL.format("", "boundary W on=C escalation=c interrupting | user X | W > X",
                    "throw F escalation=c | user K | A > F | F > K"), {}, "A", "A/X", "S T A F W", RUNS, {}),
    "call, a handler of the called": (
        CALL.format("", "", "esub V | start H in=V message=m non | user X in=V | H > X"), {}, "!m x=1, A, X",
        "A/A X/X/B", "S T H A X V C", RUNS, {"x": 1}),
    "call, a timer at its border": (CALL.format("", "timer W on=C at=PT1H interrupting | user X | W > X", ""), {},
                                    "+3600, A", "A/X/X", "S T W", RUNS, {}),
    "call, of itself": (
        CALL.format("", "", "xor G default=d | call D of=q | end F | A > G | G > D : more | G > F d | D > F"), {},
        "A more=true, A more=false", "A/A/B", "S T A G T A G F D F C", RUNS, {"more": False}),
    "endless, a call of itself": (
        LATE.format("call A of=q") + " | process q | start T | call D of==n | T > D | process r | start R",
        {"n": "q"}, 'Z, Z n="r"', "Z/Z/", "S Z T R D A", OVER, {"n": "r"}),
    "call, in each of many": (
        CALL.format("each=l item=o into=h out=y", "", "xor G default=d | user K | end F | A > G | G > K : o = 6"
                    " | G > F d | K > F"), {"l": [5, 6]}, "A y=1, A y=2, K y=3", "A A/A/K/B", "S T T A G F C A G K F C",
        RUNS, {"l": [5, 6], "h": [1, 3]}),
    "call, many in the called": (CALL.format("", "", "").replace("user A", "user A many=2 into=h out=x"), {},
                                 "A x=1, A x=2", "A A/A/B", "S T A A C", RUNS, {"h": [1, 2]}),
}  # fmt: skip
