"""The job as a JDM decision for zen-engine: the rules as expressions, the choice as a function."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any  # a JSON document

import zen

from bench.by_hand import BONUS, ROWS
from bench.job import PAUSE, PLACES, QUALITIES, Answer, Patient, criteria, findings, gates

_CHOICE = """
const rows = %s;
export const handler = async (input) => {
  const effect = input.effect, stage = input.stage;
  if (effect >= %d || stage === '') return { effect, stage, exercises: [] };
  const scored = rows[stage].filter(row => !input[row[2]]).map(row => [row[0] + input.bonus[row[1]], row[3]]);
  scored.sort((one, other) => other[0] - one[0]);
  return { effect, stage, exercises: scored.slice(0, %d).map(row => row[1]) };
};
"""


def _text(condition: str) -> str:
    """Return a condition of the job in zen's expression language."""
    if condition.startswith("count("):
        inside = condition[len("count(") : condition.index(")")]
        rest = condition[condition.index(")") + 1 :]
        return f"len(filter([{inside}], #)){rest}"
    return condition


def decision(*, chooses: bool = True) -> str:
    """Return the decision as JSON; without `chooses` only what comes before the choice of exercises."""
    rules = [(name, _text(text)) for name, _, text in gates()]
    rules += [(name, _text(text)) for name, text in findings().items()]
    for stage, texts in criteria().items():
        rules += [(f"{stage}{i}", _text(text)) for i, text in enumerate(texts)]
    effects = ", ".join(f"($.{name} ? {effect} : 0)" for name, effect, _ in gates())
    is_met = {stage: " and ".join(f"$.{stage}{i}" for i in range(4)) for stage in criteria()}
    stages = f"{is_met['three']} ? 'three' : ({is_met['two']} ? 'two' : ({is_met['one']} ? 'one' : ''))"
    bonus = ", ".join(f"($.{name} ? {BONUS} : 0)" for name in QUALITIES)
    outcome = [("effect", f"max([{effects}])"), ("stage", stages), ("bonus", f"[{bonus}]")]
    nodes: list[dict[str, Any]] = [
        {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
        _expressions("rules", [*rules, *outcome]),
        {
            "id": "choice",
            "name": "choice",
            "type": "functionNode",
            "position": {"x": 2, "y": 0},
            "content": {"source": _CHOICE % (json.dumps(ROWS), PAUSE, PLACES)},
        },
        {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 3, "y": 0}},
    ]
    order = ["in", "rules", "choice", "out"] if chooses else ["in", "rules", "out"]
    edges = [
        {"id": f"{one}-{other}", "type": "edge", "sourceId": one, "targetId": other}
        for one, other in pairwise(order)
    ]
    return json.dumps({"nodes": [node for node in nodes if node["id"] in order], "edges": edges})


def _expressions(name: str, rules: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "id": name,
        "name": name,
        "type": "expressionNode",
        "position": {"x": 1, "y": 0},
        "content": {
            "expressions": [{"id": key, "key": key, "value": text} for key, text in rules],
            "passThrough": True,
        },
    }


class ZenJob:
    """The decision, loaded once."""

    def __init__(self) -> None:
        self.decision = zen.ZenEngine().create_decision(decision())
        self.rules = zen.ZenEngine().create_decision(decision(chooses=False))

    def decide(self, patient: Patient) -> Answer:
        """Return the answer without a trace."""
        return _answer(self.decision.evaluate(patient))

    def decide_traced(self, patient: Patient) -> tuple[Answer, Any]:
        """Return the answer and zen's trace."""
        response = self.decision.evaluate(patient, {"trace": True})
        return _answer(response), response["trace"]

    def decide_rules_only(self, patient: Patient) -> tuple[int, str]:
        """Return the effect and the stage, no exercises chosen: what zen takes without its script function."""
        result = self.rules.evaluate(patient)["result"]
        return result["effect"], result["stage"]


def _answer(response: Any) -> Answer:  # noqa: ANN401 - a JSON document
    result = response["result"]
    return result["effect"], result["stage"], tuple(result["exercises"])
