"""The random suite: what every reading has to agree on with the oracle, as assertions on one case."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from conditions.random_cases import Case, case_of, forget, make_case, make_scope
from rehabflow.conditions import answering, compiled
from rehabflow.conditions.possible import Boolean, Choice, Number, Truth
from rehabflow.conditions.types import DateType
from spec.condition_completions import ANY
from spec.condition_oracle import answers, outcomes

SCOPE = make_scope()
DECIDED = (Truth.TRUE, Truth.FALSE)


def assert_sound(case: Case) -> Truth:
    """Assert that the reference claims nothing that some completion contradicts."""
    found = answering.truth(case.checked, case.world)
    truth = answers(case.text, case.record)
    if found is Truth.TRUE:
        assert truth == {True}, explain(case, found, truth)
    elif found is Truth.FALSE:
        assert truth == {False}, explain(case, found, truth)
    elif found is Truth.ERROR:
        assert truth == {True, False}, explain(case, found, truth)
    return found


def assert_exact(case: Case) -> None:
    """Assert that the reference decides whenever the completions do.

    Only measures are cut: a date, or a value of the past, that is used twice is taken as two.
    """
    past = re.findall(r"(?:improvement|worsening|symmetry)(\(\w+\))", case.text)
    if len(past) > len(set(past)) or any(isinstance(cut.fact.type, DateType) for cut in case.checked.cuts):
        return
    found = answering.truth(case.checked, case.world)
    truth = answers(case.text, case.record)
    if len(truth) == 1:
        assert found is (Truth.TRUE if True in truth else Truth.FALSE), explain(case, found, truth)


def assert_covers(case: Case) -> None:
    """Assert that what a score can be holds every completion's value."""
    found = answering.evaluate(case.checked, case.world).value
    for value in outcomes(case.text, case.record):
        match found:
            case Number(low=low, high=high, undefined=undefined, nowhere=nowhere):
                if value is ANY or value is None:
                    assert undefined or value is None, explain(case, found, value)
                    continue
                inside = (low is None or low <= value) and (high is None or value <= high) and not nowhere
                assert inside or (low is None and high is None and undefined), explain(case, found, value)
            case Boolean(surely=surely, possibly=possibly):
                assert possibly if value else not surely, explain(case, found, value)
            case Choice(options=options):
                assert value in options, explain(case, found, value)


def assert_readings_agree(case: Case) -> None:
    """Assert that the compiled and the traced reading say what the reference says."""
    group = compiled.compile_group({"it": case.checked})
    found = answering.truth(case.checked, case.world)
    assert group.evaluate(case.world) == {"it": found}, explain(case, found, group.evaluate(case.world))
    values = group.fill(case.world)
    (fast,) = group.truths(values)
    if found in DECIDED and not case.checked.cuts:
        assert fast is found, explain(case, found, fast)
    if fast in DECIDED:
        assert fast is found, explain(case, found, fast)
    ((_, true, false, _, _),) = group.traces(values)
    assert (true, false) == (fast is Truth.TRUE, fast is Truth.FALSE), explain(case, fast, (true, false))


def assert_monotone(case: Case, random: Random) -> None:
    """Assert that forgetting only turns what was decided into unknown."""
    forgotten = forget(random, case)
    if forgotten is None:
        return
    before, after = answering.truth(case.checked, case.world), answering.truth(case.checked, forgotten.world)
    if after in DECIDED:
        assert before is after, f"{explain(case, before, after)}\n{forgotten.world.values}"


def explain(case: Case, found: object, truth: object) -> str:
    sessions = "\n".join(map(str, case.record.sessions))
    return f"{case.text}\nfound {found}, completions say {truth}\n{case.record.values}\n{sessions}"


def run(seed: int, count: int, *, series_share: float = 0.4, texts: Sequence[str] = ()) -> int:
    """Run the whole suite on random cases, or random records for given texts; return how many were decided."""
    random = Random(seed)
    decided = 0
    done = 0
    while done < count:
        series, is_score = random.random() < series_share, random.random() < 0.25
        if texts:
            case, is_score = case_of(random, SCOPE, random.choice(texts)), False
        else:
            case = make_case(random, SCOPE, is_score=is_score, series=series)
        if case is None:
            continue
        done += 1
        if is_score:
            assert_covers(case)
            continue
        decided += assert_sound(case) in DECIDED
        if not case.checked.series:
            assert_exact(case)
        assert_readings_agree(case)
        assert_monotone(case, random)
    return decided
