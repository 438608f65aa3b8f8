"""What counts as a number of a rule, and how shares are told."""

from __future__ import annotations

import attrs
import pytest

from rehabflow.definitions.common import Expression
from rehabflow.problems import Place
from rehabflow.render.evidence import EvidenceRow, Share, Standing, numbers_in, share_of
from rehabflow.render.show_evidence import share_texts

ROW = EvidenceRow("criterion", "x", "says", ("1", "2"), "consensus", "", "", Place("file.toml"))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("pain <= 5", ("5",)),
        ("pain <= pain_to_load", ()),
        ("hold_test.reps_10s >= 8.5", ("8.5",)),
        ("grade == 'grade_2' or stage == '3'", ()),
        ("streak(session.pain > 3) >= 2 and times(session.done, last='14d') >= 4", ("3", "2", "4", "14d")),
        ("days_since(surgery) >= '6w' and stage.days < 7", ("7", "6w")),
        ("sit_to_stand.reps in (1, 2)", ("1", "2")),
    ],
)
def test_numbers_as_written(text: str, numbers: tuple[str, ...]) -> None:
    assert numbers_in(Expression(text, Place("file.toml"))) == numbers


def test_no_condition_has_no_number() -> None:
    assert numbers_in(None) == ()


def rows(**counts: int) -> list[EvidenceRow]:
    standings: dict[str, Standing] = {
        "checked": "published_checked",
        "unchecked": "published_unchecked",
        "consensus": "consensus",
        "clinic": "clinic",
    }
    return [
        attrs.evolve(ROW, standing=standings[name], numbers=("1",) * count) for name, count in counts.items()
    ]


def test_a_share_counts_numbers_not_rules() -> None:
    share = share_of(rows(checked=3, unchecked=0, consensus=1, clinic=4))
    assert share == Share(3, 0, 1, 4)
    assert [share.percent(one) for one in ("published_checked", "consensus", "clinic")] == [38, 12, 50]


def test_without_numbers_there_is_no_percentage() -> None:
    share = share_of([attrs.evolve(ROW, numbers=())])
    assert (share.all, share.percent("consensus")) == (0, None)
    assert share_texts([attrs.evolve(ROW, numbers=())]) == ("It has no numbers.",)


def test_shares_in_words_leave_out_what_does_not_occur() -> None:
    (text,) = share_texts(rows(checked=1, consensus=3))
    assert text == (
        "Of 4 numbers 25 % are published and were compared with their source, 75 % are consensus only."
    )


def test_doses_are_also_left_aside() -> None:
    dose = attrs.evolve(ROW, kind="dose", numbers=("1 set of 5",) * 8)
    told = share_texts([*rows(checked=2), dose])
    assert (
        told[1] == "Doses left aside, of 2 numbers 100 % are published and were compared with their source."
    )
