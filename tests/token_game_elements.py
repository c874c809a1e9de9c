"""What repeats, calls and sends, one of each: text, first node, last node, the steps of one round (as ELEMENTS)."""

DATA = {"a": True, "l": [5, 6], "n": 2, "q": "q", "k": 7}  # at the start
INNER = "sub A {} | start UI in=A | user B in=A | UI > B"
CALL = "call A of=q {} | {} | process q | start T | user B | T > B | {}"
EVERY = {  # an activity, the steps of one run of it
    "user task": ("user A {}", "A"),
    "manual task": ("manual A {}", "A"),
    "task": ("task A {}", "A"),
    "receive task": ("receive A message=m {}", "!m"),
    "sub-process": (INNER, "B"),
    "transaction": (INNER.replace("sub", "transaction"), "B"),
    "call": (CALL.format("{}", "", ""), "B"),
}
TWICE = {
    "many, at once": "many=2",
    "many, in turn": "many=2 sequential",
    "many, FEEL": "many==n",
    "many, each": "each=l item=o into=h out=o",
    "many, each in turn": "each=l item=o into=h out=o sequential",
    "many, enough": "many=3 until=numberOfCompletedInstances>1",
    "many, enough in turn": "many=3 until=loopCounter=2 sequential",
    "loop, at most": "most=2",
    "loop, while": "loop=a most=2",
    "before, while": "loop=a most=2 before",
}
ELEMENTS = {
    (f"call, {way}" if name == "call" else f"{way}, {name}"): (text.format(options), "A", "A", f"{step}, {step}")
    for way, options in TWICE.items()
    for name, (text, step) in EVERY.items()
}
ELEMENTS |= {
    "many, none": ("user A many=0 into=h", "A", "A", ""),
    "many, none in turn": ("sub A many=0 sequential | start UI in=A | user B in=A | UI > B", "A", "A", ""),
    "before, not once": ("user A loop=b before", "A", "A", ""),
    "many, send tasks": ("send A message=m each=l item=o key=o", "A", "A", ""),
    "many, a timer beside": ("user A many=2 | timer W on=A at=PT1H | user X | W > X", "A", "A", "A, +3600, X, A"),
    "many, interrupted": ("user A many=2 | timer W on=A at=PT1H interrupting | user X | xor Y | W > X | A > Y | X > Y",
                          "A", "Y", "A, +3600, X"),
    "many, returned": ("user A many=3 | boundary K on=A error=c interrupting | xor Y | A > Y | K > Y", "A", "Y",
                       "A, <A:K"),
    "many in turn, returned": ("user A many=3 sequential into=h out=x | boundary K on=A error=c interrupting | xor Y"
                               " | A > Y | K > Y", "A", "Y", "A x=1, <A:K"),
    "loop, returned": ("user A loop=a most=3 | boundary K on=A error=c interrupting | xor Y | A > Y | K > Y", "A", "Y",
                       "A, <A:K"),
    "many, an error": (
        "sub U many=2 | start UI in=U | user A in=U | end J in=U error=c | UI > A | A > J | xor Y | U > Y"
        " | boundary W on=U error=c interrupting | W > Y", "U", "Y", "A"),
    "many, a terminate": (
        "sub U many=2 | start UI in=U | user A in=U | user B in=U | terminate J in=U | UI > A | UI > B | A > J",
        "U", "U", "A, B, A"),
    "many, escalations": (
        "sub U many=2 | start UI in=U | user A in=U | throw J in=U escalation=c | UI > A | A > J"
        " | boundary W on=U escalation=c | user X | W > X", "U", "U", "A, A, X, X"),
    "many, a handler": (
        "sub U many=2 into=h out=x | start UI in=U | user A in=U | UI > A | esub V in=U | start T in=V message=m"
        " | user X in=V | T > X", "U", "U", "!m x=1, X, A"),
    "many, conditions": ("sub U many=2 | start UI in=U | user A in=U | catch K in=U when=x>1 | UI > A | UI > K", "U",
                         "U", "A x=2, A x=3"),
    "many, timers": ("sub U many=2 | start UI in=U | user A in=U | catch K in=U at=PT1H | UI > A | A > K", "U", "U",
                     "A, +1, A, +3600"),
    "many, one in another": ("sub U many=2 sequential | start UI in=U | user A in=U many=2 | UI > A", "U", "U",
                             "A, A, A, A"),
    "many, keys": ("receive A message=m each=l item=o key=o into=h out=x", "A", "A", "!m:6 x=1, !m:5 x=2"),
    "call, of each item": ("call A each=l item=o of==q into=h out=x | process q | start T | user B | T > B", "A", "A",
                    "B x=1, B x=2"),
    "loop, interrupted": ("user A most=3 | timer W on=A at=PT1H interrupting | xor Y | W > Y | A > Y", "A", "Y",
                          "A, +3600"),
    "loop, a timer beside": ("user A most=3 | timer W on=A at=PT1H | user X | W > X", "A", "A", "A, +3600, A, A, X"),
    "many, in a loop": ("sub U most=2 | start UI in=U | user A in=U many=2 | UI > A", "U", "U", "A, A, A, A"),
    "call": (CALL.format("", "", "end F | B > F"), "A", "A", "B x=1"),
    "call, by FEEL": ("call A of==q | process q | start T | user B | T > B", "A", "A", "B"),
    "call, what it names": (CALL.format("give=n take=x", "", ""), "A", "A", "B x=1 y=2"),
    "call, terminate": (CALL.format("", "", "user C | terminate F | T > C | B > F"), "A", "A", "B"),
    "call, an error": (CALL.format("", "boundary W on=A error=c interrupting | xor Y | W > Y | A > Y",
                                   "end F error=c | B > F"), "A", "Y", "B"),
    "call, an escalation": (CALL.format("", "boundary W on=A escalation=c | user X | W > X",
                                        "throw F escalation=c | B > F"), "A", "A", "B, X"),
    "call, an escalation that interrupts": (
        CALL.format("", "boundary W on=A escalation=c interrupting | xor Y | W > Y | A > Y",
                    "throw F escalation=c | user C | B > F | F > C"), "A", "Y", "B"),
    "call, a handler": (CALL.format("", "", "esub V | start H in=V message=m non | user X in=V | H > X"), "A", "A",
                        "!m, X, B"),
    "call, a timer": (CALL.format("", "timer W on=A at=PT1H interrupting | xor Y | W > Y | A > Y", ""), "A", "Y",
                      "+3600"),
    "call, a timer inside": (CALL.format("", "", "timer W on=B at=PT1H | user X | W > X"), "A", "A", "+3600, B, X"),
    "call, of itself": (
        CALL.format("", "", "xor GI default=d | call D of=q | end F | B > GI | GI > D : more | GI > F d | D > F"), "A",
        "A", "B more=true, B more=false"),
    "signal, between branches": (
        "and P | user A | throw H signal=s | catch C signal=s | and J | P > A | P > C | A > H | H > J | C > J", "P",
        "J", "A"),
    "signal, to itself": ("throw H signal=s | catch C signal=s | H > C", "H", "C", ""),
    "signal, nobody listens": ("throw H signal=s | user A | H > A", "H", "A", "A"),
    "signal, at the border": ("user A | boundary W on=A signal=s | user X | W > X", "A", "A", "*s, *s, X, X, A"),
    "signal, interrupts": ("user A | boundary W on=A signal=s interrupting | xor Y | W > Y | A > Y", "A", "Y", "*s"),
    "signal, a handler": (
        "sub U | start UI in=U | user A in=U | UI > A | esub V in=U | start T in=V signal=s | user X in=V | T > X", "U",
        "U", "*s, X"),
    "signal, a handler beside": (
        "sub U | start UI in=U | user A in=U | UI > A | esub V in=U | start T in=V signal=s non | user X in=V | T > X",
        "U", "U", "*s, *s, A, X, X"),
    "signal, an end event": (
        "sub U | start UI in=U | user A in=U | end H in=U signal=s | catch C in=U signal=s | user B in=U | UI > A"
        " | UI > C | A > H | C > B", "U", "U", "A, B"),
    "signal, holds nothing": (
        "sub U | start UI in=U | user A in=U | end H in=U signal=s | UI > A | A > H | boundary W on=U signal=s"
        " | user X | W > X", "U", "U", "A"),
    "signal, a race": ("race R | catch C signal=s | catch D message=m | xor Y | R > C | R > D | C > Y | D > Y", "R",
                       "Y", "*s"),
    "message, between branches": (
        "and P | user A | throw H message=m key=k | catch C message=m key=7 | and J | P > A | P > C | A > H | H > J"
        " | C > J", "P", "J", "A"),
    "message, a send task": ("send H message=m | catch C message=m | H > C", "H", "C", ""),
    "message, an end event": (
        "sub U | start UI in=U | user A in=U | end H in=U message=m | catch C in=U message=m | user B in=U | UI > A"
        " | UI > C | A > H | C > B", "U", "U", "A, B"),
    "message, to the outbox": ("throw H message=m key=k", "H", "H", ""),
    "message, another key": ("and P | user A | throw H message=m key=n | catch C message=m key=k | and J | P > A"
                             " | P > C | A > H | H > J | C > J", "P", "J", "A, !m:7"),
    "message, at the border": ("user A | boundary W on=A message=m key=k | user X | W > X", "A", "A",
                               "!m:7, !m:7, X, X, A"),
    "message, from the called": (
        "and P | call A of=q | catch C message=m | and J | P > A | P > C | A > J | C > J | process q | start T | user B"
        " | send F message=m | T > B | B > F", "P", "J", "B"),
}  # fmt: skip
