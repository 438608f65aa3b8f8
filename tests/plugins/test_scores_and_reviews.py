"""Computed scores and reviewers as the engine gets them: exact, read-only, asked twice, never freer."""

from __future__ import annotations

from fractions import Fraction

import attrs
import pytest

from plugins.workshop import Workshop, exercise_of, first_decision, report_of
from rehabflow.conditions.possible import Possible, known, unknown
from rehabflow.conditions.types import BooleanType, NumberType
from rehabflow.definitions.extensions import Restriction, Review
from rehabflow.definitions.gates import Effect
from rehabflow.engine.decision import Decision
from rehabflow.problems import FileProblems, PluginError
from rehabflow.registry import OpenCatalog, load_catalog

pytestmark = pytest.mark.usefixtures("alone")

FRIENDLY = 'friendly = ">=1"'
TERM = 'company = { weight = 2, value = "python.company" }'
SCORE = """\
from fractions import Fraction
from decimal import Decimal
from rehabflow import ScoreProvider, hookimpl

def company(facts, exercise):
    {body}

@hookimpl
def rehabflow_score_terms():
    return [ScoreProvider("company", "In company", {reads}, company)]
"""
REVIEW = """\
from rehabflow import Effect, Restriction, hookimpl

@hookimpl
def rehabflow_review(decision):
    {body}
"""


@attrs.define
class Facts:
    """The part of a World that a score reads."""

    values: dict[str, Possible]
    today: int = 738_000

    def fact(self, key: str) -> Possible:
        return self.values[key]

    def __getattr__(self, name: str) -> object:
        raise NotImplementedError(name)


def scoring(workshop: Workshop, body: str, reads: str = '("life.company",)') -> OpenCatalog:
    workshop.plugin("friendly", SCORE.format(body=body, reads=reads))
    workshop.protocol(requires=FRIENDLY, terms=TERM)
    return workshop.load()


def score(catalog: OpenCatalog, company: Possible, exercise: str = "climb") -> Fraction | None:
    function = catalog.score_terms("small")["company"]
    return function(Facts({"life.company": company}), exercise_of(catalog, exercise))  # type: ignore[arg-type]


def reviewing(workshop: Workshop, body: str) -> OpenCatalog:
    workshop.plugin("friendly", REVIEW.format(body=body))
    workshop.protocol(requires=FRIENDLY)
    return workshop.load()


def review(catalog: OpenCatalog, decision: Decision | None = None) -> Review:
    (reviewer,) = catalog.reviewers("small")
    assert reviewer.plugin == "friendly"
    return reviewer(decision or first_decision(catalog))


class TestScores:
    def test_a_score_reads_facts_and_the_exercise(self, workshop: Workshop) -> None:
        catalog = scoring(workshop, "return exercise.demand if facts.value('life.company') else None")
        assert score(catalog, known(BooleanType(), True)) == 3
        assert score(catalog, known(BooleanType(), True), "step") == 1
        assert score(catalog, unknown(BooleanType())) is None
        function = catalog.score_terms("small")["company"]
        assert (function.plugin, function.title, function.reads) == (
            "friendly",
            "In company",
            ("life.company",),
        )
        assert report_of(catalog, "friendly").scores == ("company",)

    @pytest.mark.parametrize(
        ("body", "number"),
        [
            ("return Fraction(1, 3)", Fraction(1, 3)),
            ("return Decimal('0.1')", Fraction(1, 10)),
            ("return -10", Fraction(-10)),
            ("return None", None),
        ],
    )
    def test_a_score_is_exact(self, workshop: Workshop, body: str, number: Fraction | None) -> None:
        catalog = scoring(workshop, body)
        assert score(catalog, unknown(BooleanType())) == number
        assert report_of(catalog, "friendly").state == "active"

    def test_declined_and_undecided_facts_have_no_value(self, workshop: Workshop) -> None:
        catalog = scoring(workshop, "return 1 if facts.value('life.company') is None else 2")
        assert score(catalog, Possible(None, may_be_declined=True)) == 1
        assert score(catalog, known(BooleanType(), False)) == 2

    def test_bounds_of_a_number_that_is_not_decided(self, workshop: Workshop) -> None:
        catalog = scoring(
            workshop, "return facts.bounds('life.company')[1] - facts.bounds('life.company')[0]"
        )
        assert score(catalog, unknown(NumberType("1", Fraction(2), Fraction(5), 0))) == 3

    @pytest.mark.parametrize(
        ("body", "code", "reason"),
        [
            ("raise ValueError('no')", "hook-failed", "it raised ValueError: no"),
            ("raise SystemExit(1)", "hook-failed", "it called sys.exit(1)"),
            (
                "return 0.5",
                "wrong-type",
                "the score `company` of climb is a float, not an int, Fraction, Decimal or None",
            ),
            (
                "return True",
                "wrong-type",
                "the score `company` of climb is a bool, not an int, Fraction, Decimal or None",
            ),
            ("return 11", "out-of-range", "the score `company` of climb is 11; it has to lie from -10 to 10"),
            ("return Decimal('nan')", "out-of-range", "the score `company` of climb is NaN"),
            (
                "company.count = getattr(company, 'count', 0) + 1; return company.count % 10",
                "unstable",
                "the score `company` gave two answers to one question",
            ),
            (
                "return facts.value('life.equipment')",
                "hook-failed",
                "it raised KeyError: '`life.equipment` is not among `reads`, which names life.company'",
            ),
            (
                "facts.possible['x'] = 1",
                "hook-failed",
                "it raised TypeError: 'mappingproxy' object does not support item assignment",
            ),
            (
                "exercise.demand = 1",
                "hook-failed",
                "it raised FrozenInstanceError: can't set attribute",
            ),
            (
                "exercise.doses.clear()",
                "hook-failed",
                "it raised AttributeError: 'mappingproxy' object has no attribute 'clear'",
            ),
        ],
    )
    def test_a_score_that_fails_is_unknown_and_its_plugin_quarantined(
        self, workshop: Workshop, body: str, code: str, reason: str
    ) -> None:
        catalog = scoring(workshop, body)
        doses = dict(exercise_of(catalog, "climb").doses)
        assert score(catalog, known(BooleanType(), True)) is None
        report = report_of(catalog, "friendly")
        assert (report.state, report.code, report.reason) == ("quarantined", code, reason)
        assert dict(exercise_of(catalog, "climb").doses) == doses != {}

    def test_failing_once_does_not_change_other_answers(self, workshop: Workshop) -> None:
        catalog = scoring(workshop, "return {1: 5}[exercise.demand]")
        assert score(catalog, known(BooleanType(), True), "step") == 5
        assert score(catalog, known(BooleanType(), True), "climb") is None
        assert score(catalog, known(BooleanType(), True), "step") == 5

    def test_a_term_that_no_plugin_computes_is_a_problem_at_its_line(self, workshop: Workshop) -> None:
        workshop.plugin(
            "friendly", SCORE.format(body="return 1", reads="()").replace('"company"', '"companion"')
        )
        folder = workshop.protocol(requires=FRIENDLY, terms=TERM)
        with pytest.raises(FileProblems) as refused:
            workshop.load().rulebook("small")
        (problem,) = refused.value.problems
        assert (problem.code, problem.place.file) == ("unknown-score", f"{folder.as_posix()}/protocol.toml")
        assert problem.message == "no required plugin computes the score `company`"
        assert problem.help == "did you mean `companion`?"
        assert problem.line

    @pytest.mark.parametrize("name", ["life.compny", "exercise.demand", "did.effort"])
    def test_a_score_that_reads_what_is_not_there_is_a_problem(self, workshop: Workshop, name: str) -> None:
        catalog = scoring(workshop, "return 1", reads=f'("{name}",)')
        with pytest.raises(FileProblems, match=f"of friendly reads `{name}`, which is not there for it"):
            catalog.rulebook("small")

    def test_only_required_plugins_score(self, workshop: Workshop) -> None:
        scoring(workshop, "return 1")
        workshop.protocol("other")
        assert [*workshop.load().score_terms("other")] == []


class TestReviews:
    def test_a_restriction_reaches_the_engine(self, workshop: Workshop) -> None:
        body = (
            "return [Restriction('Two', Effect.RESTRICT, exclude=['step', 'climb', 'step']),"
            " Restriction(' One ', no_progress=True)]"
        )
        catalog = reviewing(workshop, body)
        assert review(catalog) == Review(
            "friendly",
            (
                Restriction("Two", Effect.RESTRICT, ("climb", "step")),
                Restriction("One", no_progress=True),
            ),
        )
        assert report_of(catalog, "friendly").state == "active"

    @pytest.mark.parametrize("body", ["return None", "return []", "yield from ()"])
    def test_nothing_to_say(self, workshop: Workshop, body: str) -> None:
        assert review(reviewing(workshop, body)) == Review("friendly")

    def test_a_generator_may_yield_restrictions(self, workshop: Workshop) -> None:
        assert review(reviewing(workshop, "yield Restriction('One')")).restrictions == (Restriction("One"),)

    def test_a_reviewer_sees_the_decision(self, workshop: Workshop) -> None:
        body = "return Restriction(f'{decision.protocol} {decision.action} {decision.stage}')"
        assert review(reviewing(workshop, body)).restrictions == (Restriction("small start only"),)

    @pytest.mark.parametrize(
        ("body", "failure"),
        [
            ("raise ValueError('no')", "it raised ValueError: no (plugin.py:5)"),
            ("raise SystemExit", "it called sys.exit(None) (plugin.py:5)"),
            ("return decision", "rehabflow_review gave Decision, not Restriction"),
            ("return 'start'", "rehabflow_review gave str, not Restriction"),
            ("return {'action': 'advance'}", "rehabflow_review gave str, not Restriction"),
            ("return Restriction('')", "a Restriction does not say why"),
            ("return Restriction('x', -1)", "the effect of a Restriction is an int, not an Effect"),
            ("return Restriction('x', 'none')", "the effect of a Restriction is a str, not an Effect"),
            ("return Restriction('x', no_progress=0)", "no_progress of a Restriction is an int, not a bool"),
            (
                "return Restriction('x', exclude='step')",
                "exclude of a Restriction is a str, not a tuple of exercises",
            ),
            (
                "return Restriction('x', exclude=('stepp',))",
                "a Restriction excludes `stepp`, which is no exercise; did you mean `step`?",
            ),
            (
                "hook = rehabflow_review; hook.n = getattr(hook, 'n', 0) + 1; return Restriction(str(hook.n))",
                "rehabflow_review gave two answers to one question",
            ),
            (
                "while True: yield Restriction('x')",
                "it gave more than 1,000 results",
            ),
            (
                "decision.tracks.clear()",
                "it raised AttributeError: 'mappingproxy' object has no attribute 'clear' (plugin.py:5)",
            ),
            (
                "decision.action = 'advance'",
                "it raised FrozenInstanceError: can't set attribute (plugin.py:5)",
            ),
        ],
    )
    def test_a_reviewer_that_fails_pauses(self, workshop: Workshop, body: str, failure: str) -> None:
        catalog = reviewing(workshop, body)
        decision = first_decision(catalog)
        answer = review(catalog, decision)
        assert answer == Review(
            "friendly",
            (
                Restriction(
                    f"The plugin friendly could not review this decision: {failure}",
                    Effect.PAUSE,
                    no_progress=True,
                ),
            ),
            failure,
        )
        assert decision == first_decision(catalog)
        report = report_of(catalog, "friendly")
        assert report.is_quarantined
        assert failure.startswith(report.reason)

    def test_a_decision_is_copied_all_the_way_down(self, workshop: Workshop) -> None:
        catalog = reviewing(workshop, "object.__setattr__(decision.tracks['main'], 'after', 'elsewhere')")
        decision = first_decision(catalog)
        assert review(catalog, decision) == Review("friendly")
        assert decision.tracks["main"].after == "only"

    def test_a_quarantined_reviewer_keeps_pausing_what_runs_and_starts_nothing_new(
        self, workshop: Workshop
    ) -> None:
        catalog = reviewing(workshop, "1 / 0")
        workshop.protocol("other", requires=FRIENDLY)
        catalog = workshop.load()
        decision = first_decision(catalog)
        assert review(catalog, decision) == review(catalog, decision)
        assert catalog.rulebook("small").owners == ("friendly", "small")
        with pytest.raises(
            PluginError, match=r"`other` needs the plugin `friendly`.*ZeroDivisionError.*plugin\.py:5"
        ):
            catalog.rulebook("other")

    def test_only_required_plugins_review_in_order_of_their_ids(self, workshop: Workshop) -> None:
        for id_ in ("zebra", "antelope", "friendly"):
            workshop.plugin(id_, REVIEW.format(body="return None"))
        workshop.protocol(requires='zebra = ">=1", antelope = ">=1"')
        catalog = load_catalog(workshop.folder, trust=[workshop.folder])
        assert [one.plugin for one in catalog.reviewers("small")] == ["antelope", "zebra"]
