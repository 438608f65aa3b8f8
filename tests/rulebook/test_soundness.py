"""Mistakes that no single text shows."""

from __future__ import annotations

import pytest

from rulebook.building import errors, rulebook

BANDS = 'bands = [["low", "total <= 4"], ["high", "else"]]'


def with_bands(*bands: str) -> dict[str, str]:
    return {BANDS: f"bands = [{', '.join(bands)}]"}


@pytest.mark.parametrize(
    "bands",
    [
        ('["low", "total <= 4"]', '["mid", "total <= 9"]', '["high", "else"]'),
        ('["high", "total > 9"]', '["mid", "total > 4"]', '["low", "else"]'),
        ('["low", "total <= 4"]', '["mid", "5 <= total <= 9"]', '["high", "else"]'),
        ('["zero", "total == 0"]', '["one", "total in (1, 2)"]', '["more", "else"]'),
        ('["low", "total < 4.5"]', '["high", "else"]'),
        ('["low", "total * 2 < 9"]', '["high", "else"]'),
    ],
)
def test_bands_that_tile_the_scale(bands: tuple[str, ...]) -> None:
    assert errors(with_bands(*bands)) == []


@pytest.mark.parametrize(
    ("bands", "message"),
    [
        (('["low", "total <= 9"]', '["mid", "total <= 4"]', '["high", "else"]'),
         "no value lies in the band `mid`: those before it take all"),
        (('["mid", "4 <= total <= 9"]', '["edge", "else"]'), "the band `edge` is interrupted by another one"),
        (('["low", "total <= 4"]', '["all", "total >= 0 or total > 3"]', '["high", "else"]'), None),
        (('["three", "total == 3"]', '["rest", "else"]'), "the band `rest` is interrupted by another one"),
        (('["low", "total <= 19.5"]', '["mid", "total < 20"]', '["high", "else"]'),
         "no value lies in the band `mid`: those before it take all"),
        (('["big", "total * 2 > 30"]', '["odd", "total * 2 == 10"]', '["low", "else"]'), None),
    ],
)  # fmt: skip
def test_bands_that_do_not(bands: tuple[str, ...], message: str | None) -> None:
    found = errors(with_bands(*bands))
    assert found
    if message is not None:
        assert found == [("bands", "assessment.scale.measure.total.bands", message)]


def test_bands_of_a_diary_item() -> None:
    text = 'decimals = 0\nbetter = "lower"\n[diary.alarm]'
    sound = text.replace("[diary", 'bands = [["low", "pain <= 3"], ["high", "else"]]\n[diary')
    assert errors({text: sound, "nprs.average <= 1": "band(session.pain) == 'low'"}) == []
    hollow = text.replace(
        "[diary", 'bands = [["low", "pain <= 9.5"], ["mid", "pain < 10"], ["high", "else"]]\n[diary'
    )
    assert errors({text: hollow}) == [
        ("bands", "diary.pain.bands", "no value lies in the band `mid`: those before it take all")
    ]


def test_a_band_reads_nothing_else() -> None:
    found = errors(with_bands('["low", "nprs <= 4"]', '["high", "else"]'))
    assert [(code, text) for code, _, text in found] == [
        ("forbidden-name", "`nprs` cannot be used here: a band reads nothing but its own measure")
    ]


@pytest.mark.parametrize(
    ("gate", "level", "refused"),
    [
        ("numb.saddle", "emergency", True),
        ("nprs > 3", "pause", False),
        ("criterion.quiet_scale", "pause", True),
        ("scale.total > 10", "pause", False),
        ("scale.i2 > 4", "pause", True),
        ("scale.i2 > 4", "restrict", False),
    ],
)
def test_a_gate_that_pauses_reads_nothing_that_may_be_declined(gate: str, level: str, refused: bool) -> None:
    until = "until = \"cleared('seen')\"\n" if level == "emergency" else ""
    table = f'[gate.new]\ntitle = "New"\n[gate.new.{level}]\nwhen = "{gate}"\n{until}say = "New"\n'
    quiet = '[criterion.quiet_scale]\nwhen = "not numb.saddle"\n'
    saddle = '[assessment.numb.measure.saddle]\ntype = "yes_no"'
    declinable = {
        saddle: f"{saddle}\ndeclinable = true",
        "[gate.numb.emergency]": "[gate.numb.caution]",
        "until = \"cleared('seen')\"\n": "",
        'must_have = ["back.numb", "agreed"]': "",
    }
    found = errors(declinable, back=table + quiet)
    if not refused:
        assert found == []
        return
    assert [(code, address) for code, address, _ in found] == [
        ("declinable-in-gate", f"gate.new.{level}.when")
    ]


SHORT = "1 if exercise.id in life.liked else 0"


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("-exercise.minutes / 4", None),
        ("-exercise.minutes * 2", "the term gives the exercise `deadlift` -16"),
        ("exercise.demand * 3", "the term gives the exercise `deadlift` 12"),
        ("exercise.demand * 2", None),
        ("nprs - exercise.demand", None),
        ("nprs * 2 - exercise.demand", "the term gives the exercise `bridge` -2 to 18"),
        ("11 if exercise.id == 'bridge' else 0", "the term gives the exercise `bridge` 11"),
        ("sessions_done(last='7d')", None),
    ],
)
def test_a_score_lies_between_minus_ten_and_ten_for_every_exercise(value: str, outcome: str | None) -> None:
    found = errors({SHORT: value})
    wanted = [] if outcome is None else [("score-range", "selector.plain.score.liked.value", outcome)]
    assert found == wanted


def test_minutes_of_a_dose_count_in_scores() -> None:
    dosed = {
        SHORT: "-exercise.minutes / 4",
        "minutes = 8\n": 'minutes = "dose"\n',
        'steps = ["2 x 8"]\nper_week = "2"': 'steps = ["20 min", "45 min"]\nper_week = "2"',
    }
    assert errors(dosed) == [
        (
            "score-range",
            "selector.plain.score.liked.value",
            "the term gives the exercise `deadlift` -11.25 to -5",
        )
    ]


def test_select_overwrites_keys_and_terms_of_the_selector() -> None:
    terms = 'liked = { weight = 5 }\nnew = { weight = 1, value = "exercise.demand" }'
    own = f'use = "plain"\nexercises = 2\n[select.score]\n{terms}'
    selector = rulebook({'use = "plain"': own}).selector
    assert selector is not None
    assert selector.exercises is not None
    assert selector.exercises.text == "2"
    assert selector.minutes is not None
    assert selector.minutes.text == "30"
    assert [(term.definition.id, term.definition.weight) for term in selector.terms] == [
        ("addresses_findings", 3),
        ("liked", 5),
        ("new", 1),
    ]
    assert selector.terms[1].value is not None
    assert selector.terms[1].value.text == SHORT
