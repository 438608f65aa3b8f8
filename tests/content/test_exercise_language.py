"""What patients read is plain: US grade 6 or lower, in short sentences."""

from __future__ import annotations

import re

import pytest

from content.catalogue import ALL_EXERCISES, patient_text
from content.reading_grade import WORD, grade, syllables

HIGHEST_GRADE = 6.0
MOST_SYLLABLES = 3
LONGEST_SENTENCE = 16  # words; no word of the formats, a limit of ours

SYLLABLES = {
    1: "knees breathe raise whole once toes squeeze moved stretch eyes tire lifts does",
    2: "muscle gently raises lifted table being lying going handle forearm something",
    3: "exercise radio serious clinician easier opposite sciatic fingertips",
    4: "abdominal comfortable stability exercises",
    6: "physiotherapist rehabilitation simultaneously",
}
COUNTS = [(word, n) for n, words in SYLLABLES.items() for word in words.split()]


@pytest.mark.parametrize(("word", "expected"), COUNTS)
def test_syllables_are_counted_as_spoken(word: str, expected: int) -> None:
    assert syllables(word) == expected


def test_grade_of_a_text_counted_by_hand() -> None:
    text = "Lie on your back, knees bent. Lift one foot off the floor slowly."  # 13 words, 14 syllables
    assert grade(text) == pytest.approx(0.39 * 13 / 2 + 11.8 * 14 / 13 - 15.59)


def test_a_hard_text_is_found_hard() -> None:
    text = "Maintain lumbopelvic neutrality whilst progressively extending the contralateral extremity."
    assert grade(text) > HIGHEST_GRADE


def test_a_text_without_words_has_no_grade() -> None:
    with pytest.raises(ValueError, match="no words"):
        grade("12 34.")


@pytest.mark.parametrize("name", sorted(ALL_EXERCISES))
def test_exercise_reads_at_grade_six_or_lower(name: str) -> None:
    assert grade(patient_text(ALL_EXERCISES[name])) <= HIGHEST_GRADE


@pytest.mark.parametrize("name", sorted(ALL_EXERCISES))
def test_no_word_is_long(name: str) -> None:
    # One hard sentence among ten easy ones hardly moves the grade; its words give it away.
    words = WORD.findall(patient_text(ALL_EXERCISES[name]).lower())
    assert not [word for word in words if syllables(word) > MOST_SYLLABLES]


@pytest.mark.parametrize("name", sorted(ALL_EXERCISES))
def test_how_is_three_to_five_sentences(name: str) -> None:
    assert 3 <= len(re.findall(r"\.(?:\s|$)", "\n".join(ALL_EXERCISES[name]["how"]))) <= 5


@pytest.mark.parametrize("name", sorted(ALL_EXERCISES))
def test_sentences_are_short_and_finished(name: str) -> None:
    exercise = ALL_EXERCISES[name]
    texts = [*exercise["how"], *exercise["cues"], *exercise["avoid"], *filter(None, [exercise.get("tell")])]
    for text in texts:
        assert re.fullmatch(r"[A-Z].*\.", text), f"not a whole sentence: {text}"
        for sentence in re.split(r"(?<=\.)\s", text):
            assert len(sentence.split()) <= LONGEST_SENTENCE, sentence
