"""One line for a decision that pauses: why, and who must do what to settle it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rehabflow.definitions.gates import Effect
from rehabflow.engine.decision import Action, GateResult, Need
from rehabflow.rulebook.model import Rulebook

SHOWN: Final = 4
_WORDS: Final[Mapping[str, Effect]] = {
    "pause": Effect.PAUSE, "refer": Effect.REFER, "emergency": Effect.EMERGENCY,
}  # fmt: skip


def settle_line(
    action: Action, gates: Sequence[GateResult], needs: Sequence[Need], rulebook: Rulebook
) -> str | None:
    """Return why exercise waits, and what would settle it; None unless the action is pause, refer or emergency.

    A referral also says which emergencies are not excluded: the patient must not wait for an appointment with one.
    """
    effect = _WORDS.get(action)
    if effect is None:
        return None
    holding = [gate for gate in gates if gate.acts is effect]
    surely = [gate for gate in holding if gate.state == "triggered"]
    line = f"{action.capitalize()}: {_why(surely, holding)}. {_what(surely, holding, needs, rulebook)}"
    return f"{line}{_not_excluded(gates, needs)}" if effect is Effect.REFER else line


def _why(surely: Sequence[GateResult], holding: Sequence[GateResult]) -> str:
    if surely:
        return _few(gate.reason.say for gate in surely)
    return f"not known yet: {_few(gate.address for gate in holding)}"


def _what(
    surely: Sequence[GateResult], holding: Sequence[GateResult], needs: Sequence[Need], rulebook: Rulebook
) -> str:
    """Return who must do what: a referral, the agreements that would lift it, the questions that are open."""
    addresses = {gate.address for gate in holding}
    parts = [
        f"a {gate.refer_to.who} sees the patient within {gate.refer_to.within}"
        for gate in surely
        if gate.refer_to is not None
    ]
    agreements = [need for need in needs if need.kind == "clearance" and addresses & set(need.could_change)]
    parts += [f"{_who(need.who)} may give {need.id}" for need in agreements]
    asked = [
        need for need in needs if need.kind in ("measure", "event") and addresses & set(need.could_change)
    ]
    if asked:
        parts.append(f"ask {_questions(asked)}")
    if not parts:
        parts = [_end(gate, rulebook) for gate in holding]
    text = "; ".join(dict.fromkeys(parts))
    return f"{text}." if text.startswith(tuple(addresses)) else f"{text[0].upper()}{text[1:]}."


def _not_excluded(gates: Sequence[GateResult], needs: Sequence[Need]) -> str:
    """Return what to ask before the patient leaves, if an emergency may be behind the reason to refer."""
    emergencies = {
        gate.address
        for gate in gates
        if gate.effect is Effect.EMERGENCY and gate.state in ("unknown", "error")
    }
    asked = [need for need in needs if need.kind == "measure" and emergencies & set(need.could_change)]
    return (
        f" An emergency is not excluded yet: ask {_questions(asked)} before the patient leaves."
        if asked
        else ""
    )


def _questions(asked: Sequence[Need]) -> str:
    """Return what to ask: the answers by name if they are few, else how many of each assessment."""
    if len(asked) <= SHOWN:
        return _few(need.id for need in asked)
    counts: dict[str, int] = {}
    for need in asked:
        name = need.assessment or need.id
        counts[name] = counts.get(name, 0) + max(1, len(need.items))
    return _few(name if count == 1 else f"{name} ({count} answers)" for name, count in counts.items())


def _end(gate: GateResult, rulebook: Rulebook) -> str:
    """Return how a level ends that neither an agreement nor an answer lifts now."""
    if gate.until:
        return f"{gate.address} ends when {gate.until}"
    rule = next((rule for rule in rulebook.gates if rule.address == gate.address), None)
    who = _who(rule.override) if rule is not None and rule.override else ""
    return f"{who} decides on {gate.address}" if who else f"{gate.address} ends when it is no longer so"


def _who(professions: Sequence[str]) -> str:
    words = list(professions)
    text = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
    return f"a {text}"


def _few(words: Iterable[str]) -> str:
    found = list(dict.fromkeys(word.rstrip(".") for word in words))
    shown = ", ".join(found[:SHOWN])
    return shown if len(found) <= SHOWN else f"{shown} and {len(found) - SHOWN} more"
