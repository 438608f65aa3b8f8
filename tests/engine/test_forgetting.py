"""Nothing unknown ever frees: what is permitted after forgetting an answer is never more than before."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.random_episodes import begun, beyond, forget, forgettable, permitted, play, steps
from engine.tiny import cached_catalog
from rehabflow.engine.decide import decide


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(beginning=begun, drawn=steps, data=st.data())
def test_forgetting_any_answer_never_permits_more(
    beginning: list[Any], drawn: list[Any], data: st.DataObject
) -> None:
    played = play(drawn, beginning)
    answers = forgettable(played.history)
    assume(answers)
    index, item = data.draw(st.sampled_from(answers))
    forgotten = forget(played.history, index, item)
    less = decide(cached_catalog(), "tiny", forgotten, played.now, kind=played.kind)
    found = beyond(permitted(less), permitted(played.last), permitted(played.before))
    assert not found, (found, less.action, played.last.action)
