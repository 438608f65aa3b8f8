"""What works and is probably not meant: repeated numbers, stale answers, missing notes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction

import attrs

from rehabflow.conditions.checked import Checked
from rehabflow.conditions.context import plain
from rehabflow.definitions.common import Evidence, Expression
from rehabflow.definitions.gates import Effect
from rehabflow.instants import Duration
from rehabflow.problems import Place, Problem
from rehabflow.rulebook.model import Rulebook
from rehabflow.rulebook.reports import Report
from rehabflow.rulebook.scope import SIDE_NAMES


def warn_of_repeated_numbers(
    checked: list[tuple[Expression, Checked]], measures: Collection[str], report: Report
) -> None:
    """Warn where two texts of a file compare one measure with the same number: a parameter says it once."""
    first: dict[tuple[str, str, Fraction], Place] = {}
    told: set[tuple[Place, str, Fraction]] = set()
    for expression, condition in sorted(checked, key=lambda one: (one[0].place.file, one[0].place.address)):
        for comparison in condition.comparisons:
            measure = _measure(comparison.key, measures)
            if measure is None:
                continue
            place = expression.place
            earlier = first.setdefault((place.file, measure, comparison.value), place)
            if earlier.path[:-1] == place.path[:-1] or (place, measure, comparison.value) in told:
                continue
            told.add((place, measure, comparison.value))
            report.problems.append(
                Problem(
                    "number-twice",
                    f"`{measure}` is compared with {plain(comparison.value)} here and in {earlier.address}",
                    place,
                    help="name the number once as a [parameter.x], so that both change together",
                    severity="warning",
                    span=comparison.span,
                )
            )


def warn_of_stale_gates(rulebook: Rulebook, report: Report) -> None:
    """Warn where a pausing gate's measure goes stale before the next visit: the plan would pause by itself."""
    for rule in rulebook.stages.values():
        next_visit = rule.stage.next_visit
        if next_visit is None:
            continue
        stale = sorted(
            key for key, valid_for in _gate_measures(rulebook) if _days(valid_for) < _days(next_visit)
        )
        if stale:
            report.warn(
                "goes-stale",
                f"between visits {next_visit} apart the plan would pause by itself: {_listed(stale)} "
                f"{'goes' if len(stale) == 1 else 'go'} stale before",
                rule.stage.place.child("next_visit"),
                help="see the patient earlier, or give the measure a longer valid_for",
            )


def warn_of_missing_agreement(rulebook: Rulebook, report: Report) -> None:
    """Warn where nobody has to agree before the first plan: no pausing gate and no way in reads an agreement."""
    gates = [rule.when for rule in rulebook.gates if rule.effect >= Effect.PAUSE]
    enters = [rule.condition for stage in rulebook.stages.values() for rule in stage.enter]
    if not any(condition.uses_cleared for condition in (*gates, *enters)):
        report.warn(
            "no-agreement",
            "exercise starts without a clinician's agreement: no gate that pauses reads `cleared(…)`",
            rulebook.protocol.place,
            help="declare a [clearance.start], and a gate that pauses while not cleared('start')",
        )


def warn_of_missing_notes(owner: str, definitions: object, place: Place, report: Report) -> None:
    """Warn, in one line an owner, of numbers that rest on consensus or a clinic without saying why."""
    evidence = list(_evidence(definitions))
    bare = [one for one in evidence if one.basis != "published" and not one.note and not one.source]
    if bare:
        report.warn(
            "no-note",
            f"{len(bare)} of {len(evidence)} rules and numbers of {owner} rest on consensus or a clinic's own "
            "word, without a note or a source",
            place,
            help="say with `note` where each comes from",
        )


def _measure(key: str, measures: Collection[str]) -> str | None:
    """Return the measure or diary item that a fact's key is of, without side; None for stages, exercises, events."""
    head, _, last = key.rpartition(".")
    if key in measures or key == "patient.age" or (head == "session" and last != "date"):
        return key
    return head if head in measures and last in SIDE_NAMES else None


def _gate_measures(rulebook: Rulebook) -> Iterator[tuple[str, Duration]]:
    keys = {key for gate in rulebook.gates if gate.effect >= Effect.PAUSE for key in gate.when.reads}
    for measure in rulebook.measures.values():
        read = {measure.key, *(f"{measure.key}.{side}" for side in SIDE_NAMES)} & keys
        if read and measure.valid_for is not None and not measure.is_item:
            yield measure.key, measure.valid_for


def _days(duration: Duration) -> int:
    return duration.days_after(1)


def _evidence(definition: object) -> Iterator[Evidence]:
    """Yield every evidence inside a definition."""
    if isinstance(definition, Evidence):
        yield definition
    elif isinstance(definition, Mapping):
        for part in definition.values():
            yield from _evidence(part)
    elif isinstance(definition, tuple):
        for part in definition:
            yield from _evidence(part)
    elif attrs.has(type(definition)):
        for field in attrs.fields(type(definition)):  # type: ignore[arg-type]  # as `has` says
            if field.name != "default_evidence":
                yield from _evidence(getattr(definition, field.name))


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:6])
    return shown + (f" and {len(names) - 6} more" if len(names) > 6 else "")
