"""Small models: outcomes written by hand, one of each element, and the models that the two disagreed on once."""

from typing import Any

Steps = list[tuple[Any, ...]]
OVER, RUNS = (True, None), (False, None)
SUB = """start S | sub U | start I in=U | user A in=U | end J in=U | user B | end E
S > U | I > A | A > J | U > B | B > E"""

# name: text, data at the start, steps, open items after every step (/), path, (ended, failed)
OUTCOMES: dict[str, tuple[str, dict[str, Any], str, str, str, tuple[bool, str | None]]] = {
    "sequence": ("start S | user A | end E | S > A | A > E", {}, "A", "A/", "S A E", OVER),
    "not open": ("start S | user A | user B | S > A | A > B", {}, "B, A", "A/A/B", "S A", RUNS),
    "returned": ("start S | user A | boundary K on=A error=c interrupting | user B | S > A | A > B | K > A", {},
        "<A:K, <A:Z, A", "A/A/A/B", "S K A", RUNS),
    "no end event": ("start S | user A | xor G | S > A | A > G", {}, "A", "A/", "S A G", OVER),
    "first true flow": ("start S | xor G default=d | user A | user B | user C | S > G | G > C d | G > B : x>1"
        " | G > A : x>0",
                        {"x": 2}, "", "B", "S G", RUNS),
    "null is refused": ("start S | xor G default=d | user A | user B | S > G | G > A d | G > B : x",
                        {}, "", "", "", RUNS),
    "later is not tried": ("start S | xor G | user A | user B | S > G | G > A : a | G > B : x", {"a": True}, "", "A",
                           "S G", RUNS),
    "refused whole": ("start S | user A | xor G | user B | S > A | A > G"
        " | G > B : x = 1", {}, "A x=2, A x=1", "A/A/B",
                      "S A G", RUNS),
    "join": ("start S | and P | user A | user B | and J | S > P | P > A | P > B | A > J | B > J", {}, "B, A",
             "A B/A/", "S P B A J", OVER),
    "excess token": ("start S | xor M | and P | user A | user B | and J | user C | S > P | P > A | P > B"
        " | A > J | B > M"
                     "| P > M | M > J | J > C", {}, "A, B", "A B/B C/C", "S P M A J B M", RUNS),
    "inclusive waits": ("start S | or O | user A | user B | or J | S > O | O > A | O > B : x | A > J | B > J",
                        {"x": True}, "A, B", "A B/B/", "S O A B J", OVER),
    "inclusive, one": ("start S | or O | user A | user B | or J | S > O | O > A | O > B : x | A > J | B > J",
                       {"x": False}, "A", "A/", "S O A J", OVER),
    "inclusive, exception flow": ("start S | and O | user A | user B | timer W on=A at=PT1H interrupting"
        " | or J | user C"
                                  "| user D | S > O | O > A | O > B | A > D | B > J | W > J | J > C", {}, "B, A",
                                  "A B/A/C D", "S O B A J", RUNS),
    "timer at its due": ("start S | user A | timer W on=A at=PT1H | user X | S > A"
        " | W > X", {}, "+3599, +1", "A/A/A X",
                         "S W", RUNS),
    "date": ("start S | catch C at=2026-01-05T09:00:00+07:00 | user A | S > C"
        " | C > A", {}, "+3599, +1", "//A", "S C", RUNS),
    "date that is past": ("start S | catch C at=2026-01-05T07:00:00+07:00 | user A | S > C"
        " | C > A", {}, "", "A", "S C", RUNS),
    "cycle, all missed ticks": ("start S | user A | timer W on=A at=R3/PT1H | user X | S > A"
        " | W > X", {}, "+36000, A",
                                "A/A X X X/X X X", "S W W W A", RUNS),
    "cycle without end": ("start S | user A | timer W on=A at=R/PT1H | user X | S > A | W > X", {}, "+18000",
                          "A/A X X X X X", "S W W W W W", RUNS),
    "a timer starts a timer": ("start S | catch C at=PT1H | catch D at=PT1H | user A | S > C | C > D | D > A", {},
                               "+7199, +1", "//A", "S C D", RUNS),
    "a timer that fails": ("start S | user A | timer W on=A at=PT1H | xor G | S > A | W > G | G > X : x=1"
        " | user X", {},
                           "+3600, A x=1", "A/A/", "S A", OVER),
    "oldest message": ("start S | user A | boundary M on=A message=m | user X | catch C message=m | S > A"
        " | A > C | M > X",
                       {}, "!m, A, !m, !m", "A/A X/X/X/X", "S M A C", RUNS),
    "interrupting": (SUB + " | boundary M on=U message=m interrupting | user X"
        " | M > X", {}, "!m, A", "A/X/X", "S I M", RUNS),
    "non-interrupting": (SUB + " | boundary M on=U message=m | user X | M > X", {}, "!m, A, !m", "A/A X/B X/B X",
                         "S I M A J U", RUNS),
    "terminate in a sub-process": (SUB.replace("end J", "terminate J") + " | user C in=U | I > C", {}, "A", "A C/B",
                                   "S I A J U", RUNS),
    "terminate": ("start S | user A | user B | terminate T | S > A | S > B | A > T", {}, "A", "A B/", "S A T", OVER),
    "error caught": (SUB.replace("J in=U", "J in=U error=c") + " | boundary W on=U error=c interrupting"
        " | user X | W > X",
                     {}, "A", "A/X", "S I A J W", RUNS),
    "error with another code": (SUB.replace("J in=U", "J in=U error=c") + " | boundary W on=U error=d interrupting", {},
                                "A", "A/", "S I A J", (True, "c")),
    "error of a handler": (SUB.replace("J in=U", "J in=U error=c") + " | boundary W on=U error=c interrupting | user X"
                           "| W > X | esub V in=U | start T in=V error=c | end Y in=V error=c"
                           " | T > Y", {}, "A", "A/X",
                           "S I A J T Y W", RUNS),
    "escalation goes on": ("start S | sub U | start I in=U | throw H in=U escalation=c | user A in=U | user X | S > U"
                           "| boundary W on=U escalation=c | I > H | H > A | W > X", {}, "", "A X", "S I H W", RUNS),
    "escalation interrupts": ("start S | sub U | start I in=U | throw H in=U escalation=c | user A in=U"
        " | user X | S > U"
                              "| boundary W on=U escalation=c interrupting | I > H | H > A | W > X", {}, "", "X",
                              "S I H W", RUNS),
    "handler interrupts": (SUB + " | esub V in=U | start T in=V message=m | user X in=V | T > X", {}, "!m, !m, X",
                           "A/X/X/B", "S I T X V U", RUNS),
    "handler beside": (SUB + " | esub V in=U | start T in=V message=m non | user X in=V"
        " | T > X", {}, "!m, !m, A, X, X",
                       "A/A X/A X X/X X/X/B", "S I T T A J X V X V U", RUNS),
    "condition, once a change": ("start S | user A | user Z | boundary W on=Z when=x>1 | user X | S > A"
        " | S > Z | A > A"
                                 "| W > X", {"x": 2}, "A x=3, A x=0, A x=2", "A X Z/A X Z/A X Z/A X X Z",
                                 "S W A A A W", RUNS),
    "race": ("start S | race G | catch C message=m | catch D at=PT1H | user A | user B | S > G | G > C"
        " | G > D | C > A"
             "| D > B", {}, "+3600, !m", "/B/B", "S G D", RUNS),
    "link": ("start S | throw H link=l | catch C link=l | user A | S > H | C > A", {}, "", "A", "S H C", RUNS),
    "automatic loop": ("start S | xor M | throw H | S > M | M > H | H > M", {}, "", "", "", RUNS),
}  # fmt: skip

# name: text, first node, last node, steps of one round; every round ends with no work item open
ELEMENTS: dict[str, tuple[str, str, str, str]] = {
    "user task": ("user A", "A", "A", "A"),
    "user task, returned": ("user A | boundary K on=A error=c interrupting | boundary V on=A error=any interrupting"
        " | xor Y | A > Y | K > Y | V > A", "A", "Y", "<A:V, <A:K"),
    "manual task": ("manual A", "A", "A", "A"),
    "task": ("task A", "A", "A", "A"),
    "receive task": ("receive A message=m", "A", "A", "!m"),
    "exclusive gateway": ("xor X default=d | user A | user B | xor Y | X > A d | X > B : a | A > Y"
        " | B > Y", "X", "Y", "B"),
    "parallel gateway": ("and P | user A | user B | and J | P > A | P > B | A > J | B > J", "P", "J", "A, B"),
    "inclusive gateway": ("or P default=d | user A | user B | user C | or J | P > A : a | P > B : true"
        " | P > C d | A > J"
                          "| B > J | C > J", "P", "J", "B, A"),
    "event-based gateway": ("race R | catch A message=m | catch B at=PT1H | xor Y | R > A | R > B | A > Y | B > Y",
                            "R", "Y", "+3600"),
    "race of receive tasks": ("race R | receive A message=m | receive B message=n | xor Y | R > A | R > B"
        " | A > Y | B > Y",
                              "R", "Y", "!n"),
    "implicit split and end": ("user A | user B | user C | A > B | A > C", "A", "C", "A, B, C"),
    "conditional flows": ("user A default=d | user B | user C | A > B : a | A > C d | xor Y | C > Y"
        " | B > Y", "A", "Y", "A, B"),
    "sub-process": ("sub U | start UI in=U | user A in=U | UI > A", "U", "U", "A"),
    "transaction": ("transaction U | start UI in=U | user A in=U | UI > A", "U", "U", "A"),
    "terminate": ("sub U | start UI in=U | user A in=U | user B in=U | terminate T in=U | UI > A | UI > B"
        " | A > T", "U",
                  "U", "A"),
    "error": ("sub U | start UI in=U | user A in=U | end X in=U error=c | UI > A | A > X | xor Y | U > Y"
              "| boundary W on=U error=c interrupting | W > Y", "U", "Y", "A"),
    "error of any code": ("sub U | start UI in=U | user A in=U | end X in=U error=c | UI > A | A > X | xor Y | U > Y"
                          "| boundary W on=U error=any interrupting | W > Y", "U", "Y", "A"),
    "escalation throw": ("sub U | start UI in=U | throw H in=U escalation=c | user A in=U | UI > H | H > A | user X"
                         "| boundary W on=U escalation=c | W > X", "U", "U", "X, A"),
    "escalation that interrupts": ("sub U | start UI in=U | throw H in=U escalation=c | user A in=U | UI > H | H > A"
                                   "| boundary W on=U escalation=c interrupting | user X | xor Y | U > Y"
                                   " | W > X | X > Y",
                                   "U", "Y", "X"),
    "escalation nobody catches": ("throw H escalation=c | user A | H > A", "H", "A", "A"),
    "boundary timer": ("user A | timer W on=A at=PT1H interrupting | user X | xor Y | A > Y | W > X"
        " | X > Y", "A", "Y",
                       "+3600, X"),
    "boundary timer beside": ("user A | timer W on=A at=PT1H | user X | W > X", "A", "A", "+9999, X, A"),
    "boundary date": ("user A | timer W on=A at=2026-01-05T09:00:00+07:00 | user X | W > X", "A", "A", "+3600, X, A"),
    "boundary cycle": ("user A | timer W on=A at=R2/PT1H | user X | W > X", "A", "A", "+9999, X, X, A"),
    "cycle of no end": ("user A | timer W on=A at=R/PT1H | W > WE | end WE", "A", "A", "+9999, A"),
    "cycle that interrupts": ("user A | timer W on=A at=R2/PT1H interrupting | xor Y | A > Y"
        " | W > Y", "A", "Y", "+3600"),
    "boundary message": ("user A | boundary W on=A message=m | user X | W > X", "A", "A", "!m, !m, X, X, A"),
    "message that interrupts": ("user A | boundary W on=A message=m interrupting | xor Y | A > Y"
        " | W > Y", "A", "Y", "!m"),
    "boundary condition": ("user A | user B | and P | and J | boundary W on=A when=x>1 | user X | W > X"
        " | P > A | P > B"
                           "| A > J | B > J", "P", "J", "B x=2, X, A x=0"),
    "condition that interrupts": ("and P | user A | user B | boundary W on=A when=x>1 interrupting | xor Y"
        " | and J | P > A"
                                  "| P > B | A > Y | W > Y | Y > J | B > J", "P", "J", "B x=2"),
    "timer at a receive task": ("receive A message=m | timer W on=A at=PT1H interrupting | xor Y | A > Y"
        " | W > Y", "A",
                                "Y", "+3600"),
    "timer at a sub-process": ("sub U | start UI in=U | user A in=U | UI > A"
        " | timer W on=U at=PT1H interrupting | xor Y"
                               "| U > Y | W > Y", "U", "Y", "+3600"),
    "catch of a timer": ("catch C at=PT1H", "C", "C", "+3600"),
    "catch of no time": ("catch C at=PT0S | user A | C > A", "C", "A", "A"),
    "catch of a message": ("catch C message=m", "C", "C", "!m"),
    "catch of a condition": ("and P | user A | catch C when=x>1 | and J | P > A | P > C | A > J | C > J"
        " | user B | J > B",
                             "P", "B", "A x=2, B x=0"),
    "link": ("throw H link=l | catch C link=l | user A | C > A", "H", "A", "A"),
    "none throw": ("throw H | user A | H > A", "H", "A", "A"),
}  # fmt: skip
HANDLED = """sub U | start UI in=U | user A in=U | user B in=U | user F in=U | user H in=U
    UI > A | UI > B | UI > F | UI > H | end FE in=U{} | F > FE | throw HT in=U escalation=c | user HA in=U | H > HT
    HT > HA | esub V in=U | start T in=V {} | user X in=V | T > X"""
HANDLERS = {  # an interrupting one leaves only X; beside the others all four tasks go on
    "message": ("message=m", "!m, X"),
    "message non": ("message=m non", "!m, !m, X, X, A, B, F, H, HA"),
    "timer": ("at=PT1H", "+3600, X"),
    "timer non": ("at=PT1H non", "+9999, X, A, B, F, H, HA"),
    "cycle": ("at=R2/PT1H", "+9999, X"),
    "cycle non": ("at=R2/PT1H non", "+9999, X, X, A, B, F, H, HA"),
    "condition": ("when=x>1", "B x=2, X x=0"),
    "condition non": ("when=x>1 non", "B x=2, X x=0, A x=3, X x=0, F, H, HA"),
    "escalation": ("escalation=c", "H, X"),
    "escalation non": ("escalation=c non", "H, X, A, B, F, HA"),
    "error": ("error=c", "F, X"),
}
ELEMENTS |= {
    f"event sub-process, {name}": (HANDLED.format(" error=c" * (name == "error"), event), "U", "U", steps)
    for name, (event, steps) in HANDLERS.items()
}

# name: text, data at the start, steps, open items after every step
FOUND: dict[str, tuple[str, dict[str, Any], str, str]] = {
    # BPMN 13.4.3: a path "formed by sequence flow"; 10.5.4: a link pair stands for a sequence flow
    "an inclusive join waits for a branch with a link": (
        """start S | or O | user A | user B | throw H link=l | catch C link=l | or J | user D | end E
        S > O | O > A | O > B | A > H | C > J | B > J | J > D | D > E""", {}, "B, A", "A B/A/D"),
    "an inclusive join in a loop with a link does not wait for ever": (
        """start S | xor M | and P | user A | or O default=d | throw H link=l | catch C link=l | user B | or J | and K
        user Z | xor G default=g | end E | S > M | M > P | P > A | P > O | O > H d | O > B : c | C > J | B > J | J > K
        A > K | K > Z | Z > G | G > M : again | G > E g""", {"c": False, "again": False}, "A", "A/Z"),
    # BPMN 13.2.5, 13.5.4: a process without tokens is over, and its handlers can start no more
    "a condition that comes true with the last step starts nothing": (
        "start S | user A | end E | S > A | A > E | esub V | start T in=V when=x>1 non | user X in=V | T > X",
        {}, "A x=2", "A/"),
    "a signal thrown with the last step starts nothing in the process that is over": (
        "start S | user A | end E signal=s | S > A | A > E | esub V | start T in=V signal=s | user X in=V | T > X",
        {}, "A", "A/"),
    "a message thrown with the last step starts nothing in the process that is over": (
        "start S | user A | end E message=m | S > A | A > E | esub V | start T in=V message=m | user X in=V | T > X",
        {}, "A", "A/"),
    "an escalation thrown with the last step still reaches its process": (
        "start S | user A | end E escalation=c | S > A | A > E | esub V | start T in=V escalation=c | user X in=V"
        " | T > X", {}, "A", "A/X"),
    # BPMN 10.5.3: caught by "the nearest enclosing parent"
    "an escalation reaches the scope around one that has ended": (
        """start S | sub V | start VS in=V | sub U in=V | start I in=U | user A in=U | throw H in=U escalation=c
        end J in=U | user B in=V | user Q | end E | boundary W on=V escalation=c | user X | S > V | VS > U | I > A
        A > H | H > J | U > B | V > Q | W > X | X > E""", {}, "A", "A/B X"),
    # BPMN 10.5.3: the sub-process of the escalation end event is that nearest parent: it still stands
    "an escalation end event is caught at its sub-process": (
        SUB.replace("J in=U", "J in=U escalation=c") + " | boundary W on=U escalation=c | user X"
            " | W > X", {}, "A", "A/B X"),
    "an escalation end event interrupts its sub-process": (
        SUB.replace("J in=U", "J in=U escalation=c") + " | boundary W on=U escalation=c interrupting | user X | W > X",
        {}, "A", "A/X"),
}  # fmt: skip
