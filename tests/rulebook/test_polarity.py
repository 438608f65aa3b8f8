"""What is not known never permits: `known` and `cleared` only where they can do no harm, in each place."""

from __future__ import annotations

import pytest

from rulebook.building import errors

NOT = "not "
PERMITS = {
    "enter": {'criterion.calm"\n[stage.late.regress': '{}"\n[stage.late.regress'},
    "leave": {'next_visit = "7d"': 'next_visit = "7d"\nleave = {{ x = "{}" }}'},
    "discharge": {"nprs.average <= 1": "{}"},
    "until": {"cleared('seen')\"\nsay": '{}"\nsay'},
    "where": {"choose = 1\nwhere = \"exercise.quality == 'strength'\"": 'choose = 1\nwhere = "{}"'},
    "open_when": {"choose = 1\n": 'choose = 1\nopen_when = "{}"\n'},
    "only_if": {"not numb.saddle": "{}"},
    "progress": {"did.all_steps and did.effort <= 6": "{}"},
}
RESTRICTS = {
    "gate": {"when = \"not cleared('seen')\"": 'when = "{}"'},
    "regress_to": {"streak(session.pain > pain_limit) >= 2": "{}"},
    "caution": {"nprs.worst > 8": "{}"},
    "exclude": {"exercise.pattern == 'hinge'\"\ncap": '{}"\ncap'},
    "ease": {'[response.pain.ease]\nwhen = "session.pain > pain_limit"': '[response.pain.ease]\nwhen = "{}"'},
    "advice": {"nprs.average > 2": "{}"},
    "rule": {'kind = "at_most"': 'kind = "at_most"\nwhen = "{}"'},
    "never_if": {'only_if = "not numb.saddle"': 'never_if = "{}"'},
}
EITHER_WAY = {
    "derived": {'value = "sum(items)"': 'value = "count({})"'},
    "parameter": {"value = 5\n": 'value = [["{}", 5], ["else", 4]]\n'},
}
ASKS = ["cleared('seen')", "known(nprs)"]


def codes(change: dict[str, str], text: str) -> list[str]:
    return [code for code, _, _ in errors({old: new.format(text) for old, new in change.items()})]


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize("place", PERMITS)
def test_a_text_that_permits_may_only_be_made_truer(place: str, ask: str) -> None:
    assert codes(PERMITS[place], ask) == []
    assert codes(PERMITS[place], NOT + ask) == ["polarity"]


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize("place", RESTRICTS)
def test_a_text_that_restricts_may_only_be_made_falser(place: str, ask: str) -> None:
    assert codes(RESTRICTS[place], NOT + ask) == []
    assert codes(RESTRICTS[place], ask) == ["polarity"]


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize("place", EITHER_WAY)
@pytest.mark.parametrize("sign", ["", NOT])
def test_what_texts_of_both_kinds_read_may_not_ask_at_all(place: str, ask: str, sign: str) -> None:
    assert codes(EITHER_WAY[place], sign + ask) == ["polarity"]


def test_a_criterion_is_judged_where_it_is_used() -> None:
    calm = {"nprs <= pain_limit": "cleared('seen')"}
    assert errors(calm) == []
    gate = {**calm, "when = \"not cleared('seen')\"": 'when = "{}"'.format("criterion.calm")}
    assert [(code, address) for code, address, _ in errors(gate)] == [("polarity", "gate.agreed.pause.when")]
    negated = {**calm, "when = \"not cleared('seen')\"": 'when = "not criterion.calm"'}
    assert errors(negated) == []
