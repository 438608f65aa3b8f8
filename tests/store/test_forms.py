"""Stored forms of events: strict both ways, pinned byte by byte, lifted from older forms."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehabflow.instants import Duration, Instant
from rehabflow.record import events as record
from rehabflow.record.elsewhere import Ceiling, Elsewhere, OtherEpisode, Restraint, SharedAnswer
from rehabflow.record.values import Absent
from rehabflow.store import events as own
from rehabflow.store.canonical import Json
from rehabflow.store.entries import FORMS, KINDS, Actor, Entry, entry_of, payload_of, read_payload
from rehabflow.store.errors import Damaged, TooNew

AT = Instant(739_000, 36_000)
DAY = Instant(739_000)
WHO = Actor("t1", "clinician", "physiotherapist")
PLAN = record.TrackPlan(
    "main",
    "acute",
    739_001,
    (True, False),
    (record.Prescription("walk", "move", "settle", 0, (True, False), DAY, 2, 739_004),),
    ("move",),
)
DIGESTS = {"protocol": "ab", "red_flags": "cd"}
DECIDED = record.Decided(
    AT, AT, "visit", "start", (record.Move("main", "none", "acute"),), (PLAN,), (), ("plank",)
)
ELSEWHERE = Elsewhere(
    AT,
    AT,
    (
        OtherEpisode(
            "acl_reconstruction",
            "Knee",
            20,
            (
                Restraint(
                    "effusion.restrict",
                    "triggered",
                    "restrict",
                    "restrict",
                    "Swelling",
                    "Cool it.",
                    "physician",
                    Duration(2, "d"),
                    True,
                    ("squat",),
                ),
            ),
            (Ceiling("brace.restrict", "Brace", "flexion", "Bending", "knee", "deg", (), Decimal(90)),),
            (SharedAnswer("red.fever", DAY, False),),
        ),
    ),
)
EXAMPLES: tuple[own.AnyEvent, ...] = (
    record.Visited(AT, AT),
    record.Observed(AT, AT, "nprs.average", Decimal("4.50")),
    record.Observed(AT, AT, "slr.angle.left", Absent.UNKNOWN),
    record.Observed(DAY, AT, "odi.s8", Absent.DECLINED),
    record.Observed(DAY, AT, "patient.born", datetime.date(1984, 5, 1)),
    record.Observed(DAY, AT, "home.equipment", frozenset(["mat", "band"])),
    record.Observed(DAY, AT, "red.fever", False),
    record.Observed(DAY, AT, "job.kind", "desk"),
    record.SessionLogged(
        DAY,
        AT,
        Decimal("0.5"),
        {"pain": Decimal(3)},
        {"walk": record.Did(True, Decimal(4), None), "plank": record.Did()},
    ),
    record.DiaryLine(DAY, AT, Duration(7, "d"), 7, 5, {"pain_next_day": Decimal(3), "alarm": False}),
    record.Happened(DAY, AT, "surgery", {"side": "left"}),
    record.Cleared(AT, AT, "start", "physician", "Dr B", "seen"),
    record.Withdrawn(AT, AT, "clearance.start", "physician", "fever"),
    record.Corrected(AT, AT, "nprs.average", DAY, Decimal(3), "physiotherapist", "misheard"),
    record.Overridden(AT, AT, "pain.pause", "physician", "Dr B", "seen", Instant(739_010)),
    record.Ordered(AT, AT, "flexion_limit", Decimal(90), "surgeon", "Dr C"),
    record.Placed(AT, AT, "main", "acute", "physiotherapist", "T. One", "seen before"),
    record.Pinned(AT, AT, "walk", "physiotherapist", "likes it"),
    record.Removed(AT, AT, "plank", "physiotherapist", "wrist", None),
    record.Removed(AT, AT, "plank", "physiotherapist", "wrist", Instant(739_020)),
    DECIDED,
    ELSEWHERE,
    own.Opened(AT, AT, "low_back_pain", "1.0.0", DIGESTS, "ef", DAY, "left"),
    own.Derived(
        AT, AT, "visit", "start", DECIDED, DIGESTS, "12", {"nprs.average": {"at": "x"}}, [1, None, "a"], "34"
    ),
    own.Accepted(AT, AT, 7, True),
    own.Declined(AT, AT, 7, "patient wishes to wait"),
    own.OverrideEnded(AT, AT, "pain.pause", "physician", "no longer needed"),
    own.Moved(AT, AT, "low_back_pain", "1.1.0", DIGESTS, "ef", "new version"),
    own.Closed(AT, AT, "discharged", "goals met"),
    own.Erased(AT, AT, "patient_request"),
)
PINNED = Path(__file__).parent / "forms" / "1.json"


def payload(event: own.AnyEvent) -> bytes:
    return payload_of(Entry(WHO, AT, event))


def test_every_kind_of_event_has_an_example() -> None:
    assert {type(event) for event in EXAMPLES} == set(KINDS.values())


def test_every_event_of_the_record_has_a_kind() -> None:
    assert set(record.Event.__args__) <= set(KINDS.values())


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_an_event_is_read_back_as_it_was(event: own.AnyEvent) -> None:
    assert entry_of(read_payload(payload(event).decode())) == Entry(WHO, AT, event)


def test_stored_forms_are_those_of_the_first_release() -> None:
    """Whoever changes a field writes a new form and a step that lifts the old one; this file stays."""
    pinned = json.loads(PINNED.read_text(encoding="utf-8"))
    assert [json.loads(payload(event)) for event in EXAMPLES if FORMS] == pinned
    assert [entry_of(form).event for form in pinned] == list(EXAMPLES)


ANSWERS = (
    st.booleans()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
    | st.dates()
    | st.frozensets(st.text("abc", max_size=3), max_size=3)
    | st.sampled_from(Absent)
)


@given(ANSWERS, st.integers(1, 3_652_059), st.none() | st.integers(0, 86_399))
def test_any_answer_at_any_instant_comes_back_exactly(answer: object, day: int, second: int | None) -> None:
    event = record.Observed(Instant(day, second), AT, "x.y", answer)  # type: ignore[arg-type]  # any of them
    back = entry_of(read_payload(payload(event).decode())).event
    assert back == event
    assert isinstance(back, record.Observed)
    assert (type(back.answer), str(back.answer)) == (type(answer), str(answer)) or isinstance(
        answer, frozenset
    )


@pytest.mark.parametrize(
    "event",
    [
        record.Observed(AT, AT, "x", 3),  # type: ignore[arg-type]
        record.Observed(AT, AT, "x", 0.5),  # type: ignore[arg-type]
        record.Observed(AT, AT, "x", Decimal("NaN")),
        record.Observed(AT, AT, 5, True),  # type: ignore[arg-type]
        record.Observed(None, AT, "x", True),  # type: ignore[arg-type]
        record.DiaryLine(AT, AT, Duration(7, "d"), 7, 5, {"a": Absent.UNKNOWN}),  # type: ignore[dict-item]
        record.DiaryLine(AT, AT, Duration(7, "d"), True, 5),
        own.Closed(AT, AT, "vanished"),  # type: ignore[arg-type]
        own.Accepted(AT, AT, 1, 1),  # type: ignore[arg-type]
        "canary",
    ],
)
def test_a_value_of_another_type_is_not_written(event: own.AnyEvent) -> None:
    with pytest.raises(Damaged):
        payload(event)


def _changed(event: own.AnyEvent, **changes: Json) -> dict[str, Json]:
    form = json.loads(payload(event))
    form["event"].update(changes)
    return dict(form)


OBSERVED = EXAMPLES[1]


@pytest.mark.parametrize(
    "changes",
    [
        {"extra": 1},
        {"at": "2026-02-30"},
        {"at": "2026-02-03T24:00:00"},
        {"at": "2026-02-03T08:30"},
        {"at": 3},
        {"at": None},
        {"answer": {"number": "canary"}},
        {"answer": {"number": "1.50 "}},
        {"answer": {"number": 4}},
        {"answer": {"yes_no": 1}},
        {"answer": {"set": ["b", "a"]}},
        {"answer": {"set": ["a", "a"]}},
        {"answer": {"absent": "canary"}},
        {"answer": {"date": "2026-02-03T08:30:00"}},
        {"answer": {"number": "1", "choice": "1"}},
        {"answer": {"canary": "1"}},
        {"answer": "canary"},
        {"key": ["canary"]},
    ],
    ids=str,
)
def test_a_stored_form_that_is_not_as_declared_is_refused(changes: dict[str, Json]) -> None:
    with pytest.raises(Damaged) as refused:
        entry_of(_changed(OBSERVED, **changes))
    assert "canary" not in str(refused.value)


def test_a_missing_key_is_refused() -> None:
    form = _changed(OBSERVED)
    event = dict(form["event"])  # type: ignore[arg-type]  # a table
    del event["answer"]
    with pytest.raises(Damaged):
        entry_of({**form, "event": event})


def test_an_older_form_is_lifted_step_by_step() -> None:
    old = {**_changed(OBSERVED), "form": 1}
    event = dict(old["event"])  # type: ignore[arg-type]  # a table
    old["event"] = {"at": event["at"], "key": "nprs", "value": "4"}

    def named(event: dict[str, Json]) -> dict[str, Json]:
        return {"at": event["at"], "key": f"{event['key']}.average", "number": event["value"]}

    def tagged(event: dict[str, Json]) -> dict[str, Json]:
        return {
            "at": event["at"], "recorded": event["at"], "key": event["key"], "answer": {"number": event["number"]}
        }  # fmt: skip

    forms = {**FORMS, "observed": 3}
    found = entry_of(old, forms, {("observed", 1): named, ("observed", 2): tagged})
    assert found.event == record.Observed(AT, AT, "nprs.average", Decimal(4))
    assert old["event"] == {"at": event["at"], "key": "nprs", "value": "4"}
    with pytest.raises(Damaged):
        entry_of(old, forms, {("observed", 2): tagged})


@pytest.mark.parametrize("change", [{"form": 2}, {"kind": "teleported"}])
def test_what_a_newer_version_wrote_is_not_guessed(change: dict[str, Json]) -> None:
    with pytest.raises(TooNew):
        entry_of({**_changed(OBSERVED), **change})


@pytest.mark.parametrize("change", [{"form": 0}, {"form": True}, {"kind": 1}, {"event": []}, {"more": 1}])
def test_what_is_no_entry_is_refused(change: dict[str, Json]) -> None:
    with pytest.raises(Damaged):
        entry_of({**_changed(OBSERVED), **change})


def test_a_payload_is_a_table() -> None:
    with pytest.raises(Damaged):
        read_payload("[]")


def test_actors_are_as_declared() -> None:
    with pytest.raises(Damaged):
        payload_of(Entry(attrs.evolve(WHO, role="king"), AT, EXAMPLES[0]))  # type: ignore[arg-type]
