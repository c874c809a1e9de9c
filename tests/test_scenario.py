"""`sopan try`: what a scenario may say, what it gets told, and that nothing in it is ignored."""

from pathlib import Path

import pytest
from models import model

from engine import scenario
from engine.errors import BadValue
from engine.scenario import script

ROOT = Path(__file__).resolve().parent.parent
SCENARIOS = sorted((ROOT / "bpmn").glob("*.yaml"))
TEXT = "start S | user A called=Pertama | user B | timer W on=A at=PT1H | end E | S > A | A > B | B > E | W > E"


def run(tmp_path: Path, steps: str, text: str = TEXT, head: str = "") -> scenario.Result:
    (tmp_path / "m.bpmn").write_bytes(model(text))
    body = f"models: [m.bpmn]\n{head}\n" + (f"steps:\n{steps}" if steps else "")
    (tmp_path / "s.yaml").write_text(body)
    return scenario.run(scenario.read(str(tmp_path / "s.yaml")))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda p: p.name)
def test_the_scenarios_beside_the_models_hold(path: Path) -> None:
    result = scenario.run(scenario.read(str(path)))
    assert result.ok, [step.message for step in result.steps if not step.ok] + result.refused


def test_the_scenarios_walk_every_flow_of_the_models() -> None:
    from engine import definition

    visited: dict[str, set[str]] = {}
    for path in SCENARIOS:
        read = scenario.read(str(path))
        for file in read.models:
            visited.setdefault(file, set()).update(scenario.run(read).path)
    for file, nodes in visited.items():
        [process] = definition.read((ROOT / "bpmn" / file).read_bytes(), file)
        assert set(process.nodes) - nodes == set(), file


def test_every_kind_of_expectation_holds(tmp_path: Path) -> None:
    steps = """
  - start: p
    data: {x: 1.50, d: 2026-11-23, no: no}
  - expect: {tasks: [Pertama], ids: [A], open: 1, ended: false, variables: {x: 1.5, d: "2026-11-23", no: "no"}}
  - complete: Pertama
  - expect: {tasks: [B], path: [S, A], visited: [A], instances: {ended: 0, open: 1}}
  - refuse: {complete: A}
  - complete: "*"
  - expect: {ended: true, open: 0, instances: {ended: 1, open: 0}}
"""
    result = run(tmp_path, steps)
    assert result.ok, [s.message for s in result.steps]
    assert result.path == ["S", "A", "B", "E"]


@pytest.mark.parametrize(
    "wrong",
    ["tasks: [B]", "ids: []", "open: 2", "ended: true", "variables: {x: 2}", "path: [A]", "visited: [B]",
     "instances: {open: 2}", "instance: b", "salah: 1"],
)  # fmt: skip
def test_every_kind_of_expectation_can_fail(tmp_path: Path, wrong: str) -> None:
    result = run(tmp_path, f"  - start: p\n    data: {{x: 1}}\n  - expect: {{{wrong}}}\n  - complete: A\n")
    assert not result.ok and len(result.steps) == 2 and result.steps[-1].message


def test_what_does_not_hold_is_told_in_the_order_it_was_written(tmp_path: Path) -> None:
    result = run(tmp_path, "  - start: p\n  - expect: {open: 2, ended: true, ids: [B], tasks: [B]}\n")
    told = result.steps[-1].message
    assert [told.index(f"{fact}:") for fact in ("open", "ended", "ids", "tasks")] == sorted(
        told.index(f"{fact}:") for fact in ("open", "ended", "ids", "tasks")
    )


def test_the_clock_fires_what_falls_due(tmp_path: Path) -> None:
    steps = """
  - start: p
  - advance: PT59M
  - expect: {path: [S]}
  - advance: 2026-01-05T09:00:00+07:00
  - expect: {path: [S, W, E], open: 1}
  - refuse: {advance: 2026-01-05T08:00:00+07:00}
"""
    assert run(tmp_path, steps).ok


def test_a_refused_step_changes_nothing(tmp_path: Path) -> None:
    text = "start S | user A | xor G | user B | end E | S > A | A > G | G > B : x = 1 | G > E : x = 2 | B > E"
    steps = """
  - start: p
    data: {x: 3}
  - refuse:
      complete: A
  - expect: {ids: [A], path: [S], variables: {x: 3}}
  - complete: A
    data: {x: 2}
  - expect: {ended: true}
"""
    assert run(tmp_path, steps, text).ok


def test_a_refusal_that_does_not_come_fails(tmp_path: Path) -> None:
    result = run(tmp_path, "  - start: p\n  - refuse: {complete: A}\n")
    assert not result.ok and "ditolak" in result.steps[-1].message


def test_a_signal_reaches_every_instance(tmp_path: Path) -> None:
    text = """start S | user A | boundary W on=A signal=s interrupting | user B | end E signal=t
    S > A | A > E | W > B | B > E"""
    steps = """
  - {start: p, as: a}
  - {start: p, as: b}
  - signal: {name: s}
  - expect: {instance: a, ids: [B]}
  - expect: {instance: b, ids: [B]}
  - refuse: {signal: {nama: s}}
"""
    result = run(tmp_path, steps, text)
    assert [step.ok for step in result.steps] == [True] * 5 + [False]


def test_two_instances_and_messages(tmp_path: Path) -> None:
    text = "start S | user A | message M on=A name=stop interrupting | end E | S > A | A > E | M > E"
    steps = """
  - {start: p, as: a}
  - {start: p, as: b}
  - refuse: {message: {name: stop}}
  - complete: A
  - expect: {instance: a, ended: true}
  - message: {name: stop}
  - expect: {instance: b, ended: true, path: [S, M, E]}
  - refuse: {message: {name: stop}}
  - signal: {name: tidak_didengar}
"""
    assert run(tmp_path, steps, text).ok


@pytest.mark.parametrize(
    "steps", ["  - bukan: 1\n", "  - start: p\n    datum: {}\n", "  - {start: p, complete: A}\n", "  - 1\n"]
)
def test_an_unknown_step_or_key_fails(tmp_path: Path, steps: str) -> None:
    assert not run(tmp_path, steps).ok


def test_a_model_may_be_expected_to_be_refused(tmp_path: Path) -> None:
    broken = "start S | user A | end E | S > A | A > X"
    assert run(tmp_path, "", broken, "deploy: refused").ok
    assert not run(tmp_path, "", TEXT, "deploy: refused").ok
    assert not run(tmp_path, "", broken, "deploy: refused\nelement: bukan").ok
    unexpected = run(tmp_path, "  - start: p\n", broken)
    assert unexpected.unexpected and unexpected.refused and not unexpected.ok


def test_a_scenario_that_does_not_end_fails_with_that_reason(tmp_path: Path) -> None:
    text = "start S | user A | xor G default=again | end E | S > A | A > G | G > A again | G > E : done"
    (tmp_path / "m.bpmn").write_bytes(model(text))
    path = tmp_path / "s.yaml"
    path.write_text('models: [m.bpmn]\nsteps:\n  - {start: p, data: {done: false}}\n  - {complete: "*"}\n')
    result = scenario.run(scenario.read(str(path)), most_steps=300)
    assert not result.ok and "300 langkah" in result.steps[-1].message
    result = scenario.run(scenario.read(str(path)), seconds=0.2)
    assert not result.ok and "waktu" in result.steps[-1].message


@pytest.mark.parametrize(
    "text", ["a: 1\na: 2", "a: &x [1]\nb: *x", "a: !!python/object:os.system {}", "[", "\t", "a: 1e999999999"]
)
def test_strange_yaml_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        script.parse(text.encode())


def test_yaml_is_read_by_the_core_schema() -> None:
    found = script.parse(b"{a: no, b: 2026-11-23, c: 1.10, d: ~, e: true, f: 0123, g: 1e3, h: '1', i: 12:30}")
    assert [found[k] for k in "abdehi"] == ["no", "2026-11-23", None, True, "1", "12:30"]
    assert str(found["c"]) == "1.10" and found["g"] == 1000


def test_a_step_is_returned_by_the_event_that_the_model_draws(tmp_path: Path) -> None:
    text = """start S | user A | user B called=Memeriksa | boundary K on=B error=c called=Kembali interrupting
    boundary L on=B error=d interrupting | user C | end E | S > A | A > B | B > E | K > A | L > C | C > E"""
    steps = """
  - start: p
  - refuse: {return: A}
  - complete: A
  - refuse: {return: B}
  - refuse: {return: B, by: S}
  - {return: Memeriksa, by: Kembali}
  - expect: {ids: [A], path: [S, A, K]}
  - complete: A
  - {return: B, by: L, instance: "1"}
  - expect: {ids: [C], ended: false}
"""
    result = run(tmp_path, steps, text)
    assert result.ok, [s.message for s in result.steps]
