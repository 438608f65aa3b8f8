"""Where nothing is known yet, the note stays readable: what cannot be ruled out is told together."""

from __future__ import annotations

from cli.commands import rehabflow

NOTHING = ("run", "low_back_pain", "--no-input")
TOGETHER = "warning signs cannot be ruled out: their questions are not answered"


def test_many_unknown_gates_are_told_together_by_their_strictest_level() -> None:
    shown = rehabflow(*NOTHING).data
    assert TOGETHER in shown
    _, _, rest = shown.partition("      EMERGENCY: ")
    emergency, _, others = rest.partition("      REFER: ")
    assert "Cauda equina syndrome" in " ".join(emergency.split())
    assert "Cauda equina syndrome" not in " ".join(others.partition("Tell the patient")[0].split())
    assert len(shown.splitlines()) < 90


def test_explained_each_has_its_question_and_place() -> None:
    shown = rehabflow(*NOTHING, "--explain").data
    assert TOGETHER not in shown
    assert "red_flags.cauda_equina.emergency" in shown
    assert "plugins/red_flags/gates_nerves.toml" in shown


def test_a_few_are_told_one_by_one() -> None:
    shown = rehabflow("run", "low_back_pain", "--demo", "--day", "3").data
    assert TOGETHER not in shown
