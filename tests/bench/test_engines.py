"""The trial job on five engines in one run: hand-written Python, rehabflow, zen-engine and SpiffWorkflow."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bench import by_hand
from bench.job import Patient, patients
from bench.ours import Rules
from bench.timing import fastest, table

PATIENTS = patients(40)
Decide = Callable[[Patient], object]


def test_the_compiled_rules_answer_as_those_by_hand() -> None:
    rules = Rules.of_job()
    for patient in patients(2_000, seed=5):
        answer = by_hand.decide(patient)
        assert rules.decide(patient) == answer
        assert rules.decide_traced(patient)[0] == answer


def test_a_trace_tells_of_every_condition_what_it_gave() -> None:
    rules = Rules.of_job()
    for patient in patients(50, seed=6):
        values = rules.values(patient)
        _, traces = rules.decide_traced(patient)
        for truth, trace in zip(rules.group.truths(values), traces, strict=True):
            assert (truth.value == "met", truth.value == "not_met") == trace[1:3]


@pytest.mark.bench
def test_every_engine_gives_the_same_answers() -> None:
    from bench.spiff_job import SpiffJob
    from bench.zen_job import ZenJob

    zen, spiff = ZenJob(), SpiffJob()
    for patient in patients(200, seed=9):
        answer = by_hand.decide(patient)
        assert zen.decide(patient) == zen.decide_traced(patient)[0] == answer
        assert zen.decide_rules_only(patient) == answer[:2]
        assert spiff.decide(patient) == answer


@pytest.mark.bench
def test_the_trial_job() -> None:
    from bench.spiff_job import SpiffJob
    from bench.zen_job import ZenJob

    rules, zen, spiff = Rules.of_job(), ZenJob(), SpiffJob()
    engines: dict[str, Decide] = {
        "Python by hand, two-valued": by_hand.decide,
        "rehabflow, compiled, no trace": rules.decide,
        "rehabflow, compiled, traced": rules.decide_traced,
        "zen-engine, no trace": zen.decide,
        "zen-engine, traced": zen.decide_traced,
        "zen-engine, rules only (no exercises chosen)": zen.decide_rules_only,
        "SpiffWorkflow (it keeps every task's data)": spiff.decide,
    }
    seconds = fastest({name: _over(decide) for name, decide in engines.items()})
    by_hand_, untraced, traced, _, zen_traced, *_ = seconds.values()
    rows = [
        [name, f"{one / len(PATIENTS) * 1e6:,.1f}", f"{one / by_hand_:,.1f}"] for name, one in seconds.items()
    ]
    table("The trial job", ["engine", "µs a decision", "times by hand"], rows)
    assert untraced < 2 * by_hand_
    assert traced < 7 * by_hand_
    assert zen_traced > 8 * traced


def _over(decide: Decide) -> Callable[[], object]:
    return lambda: [decide(patient) for patient in PATIENTS]
