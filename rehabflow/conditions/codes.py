"""The codes of conditions that cannot be read, or that would not mean what they seem to."""

from __future__ import annotations

from typing import Final

from rehabflow.problem_codes import Codes, Explanation

CODES: Final[Codes] = {
    "always-false": Explanation(
        "A condition that is never met",
        "The declared range of a measure already decides the comparison: it can never be true, "
        "whoever the patient is. Compare with a value inside the range, or correct the range.",
        "nprs.average <= 5",
    ),
    "always-true": Explanation(
        "A condition that is always met",
        "The declared range of a measure already decides the comparison: it is true for everybody, so "
        "it decides nothing. Compare with a value inside the range.",
        "nprs.average <= 5",
    ),
    "argument-count": Explanation(
        "Too few or too many arguments",
        "A function takes a certain number of arguments; the message says which.",
        "improvement(odi.percent)",
    ),
    "at-least": Explanation(
        "at_least asks for more answers than there are",
        "`mean(..., at_least=k)` needs k answers of those named, a whole number from 1 to their number.",
        "mean(items, at_least=8)",
    ),
    "boolean-compared": Explanation(
        "Yes or no compared",
        "A yes or no is a condition by itself: write it alone, or with `not`.",
        "not symptoms.peripheralising",
    ),
    "chain-direction": Explanation(
        "A chain of comparisons that turns round",
        "`a < b < c` goes one way: all of `<` and `<=`, or all of `>` and `>=`. Write two comparisons "
        "with `and` otherwise.",
        "0 <= nprs.average <= 5",
    ),
    "condition-syntax": Explanation(
        "Not a condition",
        "The text cannot be read as one expression. Often a bracket, a quote or a word between two "
        "comparisons is missing.",
        "pain <= 5 and not symptoms.peripheralising",
    ),
    "condition-too-long": Explanation(
        "A condition that is too long",
        "A condition has at most 2,000 characters. Name parts of it as `[criterion.x]` and use the names.",
        "criterion.quiet and criterion.calm_week",
    ),
    "construct": Explanation(
        "Something the language does not have",
        "Conditions are a small part of Python's expressions: comparisons, `and`, `or`, `not`, "
        "arithmetic, the listed functions. Nothing else is read.",
    ),
    "control-character": Explanation(
        "An invisible character",
        "Only visible characters, blanks, newlines and tabs may stand in a condition; an invisible "
        "one could hide what it says.",
    ),
    "different-lists": Explanation(
        "Choices of different lists",
        "Two choices can be compared, and a choice looked for in a set, only if both are declared "
        "with the same list of words.",
    ),
    "double-quote": Explanation(
        "A text in double quotes",
        "Texts stand in single quotes on one line: the double ones belong to TOML.",
        "symptoms.irritability == 'low'",
    ),
    "duration": Explanation(
        "Not a duration",
        "Durations are texts of a whole number and `h`, `d`, `w` or `mo`.",
        "worst(session.pain_next_day, last='7d')",
    ),
    "empty-condition": Explanation(
        "An empty condition",
        "A rule without a condition would be met by everybody. Write the condition, or leave the rule out.",
    ),
    "empty-tuple": Explanation(
        "A list of nothing",
        "`in ()` is never true. List the values that are meant.",
        "symptoms.irritability in ('low', 'moderate')",
    ),
    "equality": Explanation(
        "Numbers compared with == between two measures",
        "`==`, `!=` and `in` compare a number only with values on its grid. Two measures that may "
        "have gaps between their grids are compared with `<=` and `>=`.",
    ),
    "forbidden-character": Explanation(
        "A character that conditions do not use",
        "`#`, `\\`, `;`, `@`, `$` and backticks mean other things in other languages and are refused "
        "everywhere in a condition.",
    ),
    "forbidden-name": Explanation(
        "A name that exists, but not here",
        "Some names only make sense in certain places: `did.x` in a response, `trigger` in `until`, "
        "`exercise.x` where exercises are judged. The message gives the reason.",
    ),
    "if-in-condition": Explanation(
        "`if` in a condition",
        "`a if c else b` gives a value, so it stands in scores and derived measures. A condition says "
        "the same with `and` and `or`.",
    ),
    "literals-compared": Explanation(
        "Two written values compared",
        "Both sides are written in the text, so the answer is the same for everybody. Compare a measure.",
    ),
    "mixed-and-or": Explanation(
        "`and` and `or` without brackets",
        "Readers differ in which binds first; brackets say it.",
        "a and (b or c)",
    ),
    "nested-series": Explanation(
        "A series inside a series",
        "`streak`, `times` and the like read sessions one by one; inside them another series has no "
        "clear window. Use a `[criterion.x]` beside it.",
    ),
    "no-bands": Explanation(
        "A measure without bands",
        "`band(x)` needs `bands` declared for the measure.",
    ),
    "no-direction": Explanation(
        "A measure without direction",
        '`worst`, `best`, `improvement` and the like need `better = "higher"` or `"lower"` on the measure.',
    ),
    "not-a-measure": Explanation(
        "Not a measure",
        "This function reads a measure by its name, not a calculation.",
        "percent_improvement(odi.percent)",
    ),
    "not-a-name": Explanation(
        "Not a known name",
        "Here a name is expected: of an event, an assessment or a measure.",
    ),
    "not-a-text": Explanation(
        "Not a quoted text",
        "Here a text in single quotes is expected.",
        "cleared('start')",
    ),
    "not-an-event": Explanation(
        "Not an event",
        "`happened` and the windows `since=` and `before=` take an event declared with `[event.x]`.",
    ),
    "not-an-instant": Explanation(
        "Not a point in time",
        "`hours_since` reads events and `trigger`, which have a time of day; for other dates use "
        "`days_since`.",
    ),
    "not-ascii": Explanation(
        "A character outside ASCII",
        "Outside texts in quotes only plain letters, digits and signs may stand: look-alike letters "
        "would pass for others.",
    ),
    "not-dated": Explanation(
        "No dated entries",
        "`first`, `previous`, `last`, `worst` and `best` read measures and diary items, which are "
        "recorded with a date.",
    ),
    "not-sided": Explanation(
        "A measure without sides",
        "`symmetry` needs an assessment with `sided = true`.",
    ),
    "nothing-varies": Explanation(
        "A series in which nothing varies",
        "`streak` and `times` count sessions in which a text holds; this text reads no `session.x` or "
        "`did.x`, so it is the same for all. Add `of='assessment'` to count visits.",
        "streak(effusion <= 'trace', of='effusion') >= 2",
    ),
    "number-format": Explanation(
        "A number in another notation",
        "Numbers are digits with an optional point: `0.5`, not `.5`, `5e-1` or `1_000`.",
    ),
    "off-grid": Explanation(
        "A value that the measure cannot have",
        "A measure recorded with so many decimals never has this value, so `==` and `in` would never "
        "be true. Use `<=` or `>=`, or a value on its grid.",
    ),
    "operator": Explanation(
        "An operator that conditions do not have",
        "Conditions know `+ - * /`, comparisons, `and`, `or`, `not`, `in`.",
    ),
    "option-value": Explanation(
        "A named argument with a wrong value",
        "The message says what the named argument takes: a number, a text or a name.",
    ),
    "plain-session": Explanation(
        "One session's answer where there may be none",
        "A plain `session.x` or `did.x` is that of the newest session; in a gate nobody could begin "
        "without a session. Use `times`, `streak` or `worst` over the sessions.",
        "times(session.alarm, last='7d') >= 1",
    ),
    "polarity": Explanation(
        "A missing answer would permit",
        "`known` and `cleared` are false while something is missing. In a text that permits they may "
        "only make it truer when given; in one that restricts they stand under `not`. Otherwise "
        "forgetting an answer would free a patient.",
        "not cleared('start')",
    ),
    "product-in-condition": Explanation(
        "A product of measures in a condition",
        "Two measures are multiplied or divided only in scores and derived measures, where the result "
        "is rounded to declared decimals. In a condition use `symmetry` or `percent_improvement`, or "
        "declare the measure.",
    ),
    "range": Explanation(
        "A derived measure that leaves its range",
        "The calculation can give values outside the declared `range`. Widen the range, or bring the "
        "value back with `min` and `max`.",
    ),
    "self-comparison": Explanation(
        "A thing compared with itself",
        "The answer is the same for everybody.",
    ),
    "session-in-visits": Explanation(
        "A session's answer among visits",
        "With `of=` the members are visits; `session.x` belongs to sessions. Leave one of them out.",
    ),
    "several": Explanation(
        "Several values where one is meant",
        "`items` stands for all items of the assessment and is used in `sum`, `mean`, `answered`, "
        "`count`, `min` and `max`.",
    ),
    "sided": Explanation(
        "A side has to be said",
        "The assessment is taken left and right: write `.left`, `.right`, `.involved`, `.uninvolved` "
        "or `.average`.",
        "slr.average > 91",
    ),
    "stray-text": Explanation(
        "A text by itself",
        "A text in quotes is compared with something, or given to a function; alone it says nothing.",
    ),
    "text-format": Explanation(
        "A text with escapes",
        "Texts are plain: no backslash, no prefix letter, on one line.",
    ),
    "text-unclosed": Explanation(
        "A text that is not closed",
        "A single quote opens a text and another one closes it on the same line.",
    ),
    "too-deep": Explanation(
        "A condition that is too deep",
        "Brackets and parts nest at most 40 deep. Name parts of it as `[criterion.x]`.",
    ),
    "too-many-arguments": Explanation(
        "Too many arguments",
        "A function takes at most 60 arguments.",
    ),
    "too-many-nodes": Explanation(
        "A condition with too many parts",
        "A condition has at most 400 parts. Name parts of it as `[criterion.x]`.",
    ),
    "too-many-prefixes": Explanation(
        "Too many signs in a row",
        "At most 120 of `-`, `not` and `else` together.",
    ),
    "truth-word": Explanation(
        "Truth in another spelling",
        "Yes and no are written `true` and `false`, in small letters.",
    ),
    "tuple-literal": Explanation(
        "A list of something else than written values",
        "After `in` stands a list of written values in brackets: numbers or texts.",
        "walking.minutes in (10, 20)",
    ),
    "type-mismatch": Explanation(
        "Values of different kinds",
        "A number, a yes or no, a choice, a set and a date are not compared or calculated with each other.",
    ),
    "unit-mismatch": Explanation(
        "Different units",
        "Numbers are added and compared only in equal units; nothing is converted. Multiply by a "
        "number without a unit, or record the measure in the other unit.",
    ),
    "unknown-assessment": Explanation(
        "An assessment that does not exist",
        "`of=` names an assessment of the protocol or its plugins.",
    ),
    "unknown-choice": Explanation(
        "A word that the list does not have",
        "A choice is compared only with the words it is declared with; the message lists them.",
    ),
    "unknown-clearance": Explanation(
        "A clearance that does not exist",
        "Every scope of `cleared('x')` is declared as `[clearance.x]`, so that a misspelt one cannot "
        "stay closed for ever.",
    ),
    "unknown-function": Explanation(
        "A function that does not exist",
        "The functions are listed in the reference of the condition language; plugins add none.",
    ),
    "unknown-name": Explanation(
        "A name that nothing has",
        "What a condition names has to exist in the protocol or in one of the plugins it requires, "
        "and be allowed in this place. The message gives the nearest name.",
        "nprs.average <= 5",
    ),
    "unknown-option": Explanation(
        "A named argument that does not exist",
        "The message lists the named arguments of the function.",
    ),
    "unordered": Explanation(
        "Words without an order",
        "`<` and `>` compare choices only if their list is `ordered = true`, from first to last.",
    ),
    "whole-number": Explanation(
        "Not a whole number",
        "Here a whole number is expected.",
    ),
    "window": Explanation(
        "A window that says two beginnings",
        "`last=`, `since=` and `before=` each say where a series begins; use one. `ending=` goes with "
        "`last=`.",
        "mean(session.pain_next_day, last='7d', ending='7d')",
    ),
    "zero-divisor": Explanation(
        "Division by what may be zero",
        "In a condition nothing is divided by a measure whose range includes 0. Use `symmetry` or "
        "`percent_improvement`, or declare a derived measure, which is then unknown where it is "
        "undefined.",
    ),
}
