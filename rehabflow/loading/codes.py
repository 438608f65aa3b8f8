"""The codes of files that can be parsed and break the rules of the format."""

from __future__ import annotations

from typing import Final

from rehabflow.problem_codes import Codes, Explanation

CODES: Final[Codes] = {
    "cannot-read": Explanation(
        "The file cannot be opened",
        "The operating system refused to open the file: it is gone, or you may not read it. The reason is "
        "in the message.",
    ),
    "missing-head": Explanation(
        "There is no [plugin], [protocol] or [journey]",
        "A plugin's folder has a plugin.toml with the table [plugin], a protocol's a protocol.toml with "
        "[protocol], a file of cases at least one [journey.<id>]. Without it nothing says what the other "
        "tables belong to.",
        '[plugin]\nid = "my_plugin"\nversion = "1.0.0"\napi = 1\ntitle = "..."\nuse = "..."\nmisuse = "..."',
    ),
    "missing-main-track": Explanation(
        "The protocol has no track `main`",
        "Every protocol has the track main, which lists its stages in order. Other tracks run beside it "
        "while open.",
        '[track.main]\ntitle = "Back"\nstages = ["acute", "stabilization", "strengthening"]',
    ),
    "unknown-table": Explanation(
        "There is no such table",
        "A misspelt table would be silently ignored, and with it perhaps a gate. Tables of a plugin "
        "cannot be [protocol], [track], [stage] or [select]; those belong to protocols. `rehabflow "
        "schema` lists them all.",
    ),
    "unknown-key": Explanation(
        "There is no such key in this table",
        "A misspelt key would be silently ignored, and with it perhaps a threshold. The message lists the "
        "keys that are still free and the nearest one.",
    ),
    "missing-key": Explanation(
        "A required key is missing",
        "What selection or a safety rule may judge has to be said aloud, `[]` for none. The message names "
        "the missing keys and what they mean.",
    ),
    "missing-id": Explanation(
        "A value stands where an id is expected",
        "Tables are keyed by id: [exercise.bird_dog], not [exercise]. An id-keyed table holds only ids, "
        "so that every rule has one address.",
        '[parameter.pain_to_load]\nvalue = 5\nunit = "{score}"\nstricter = "lower"',
    ),
    "duplicate-id": Explanation(
        "An id is used twice",
        "Within the files of one plugin or protocol an id of a kind stands once, also when the files are "
        "split; within an assessment a measure and an item have different ids. Give one of them another "
        "id.",
    ),
    "bad-id": Explanation(
        "This cannot be an id",
        "Ids are written a-z first, then a-z, 0-9 and _, at most 60 characters: look-alike letters of "
        "other alphabets and invisible characters would make two ids that look the same. Words of the "
        "condition language (and, or, not, in, is, ...) and words with a meaning of their own (patient, "
        "stage, episode, track, session, did, exercise, finding, criterion, trigger, prescribed, items; "
        "in assessments rest, finished, on) cannot be ids.",
    ),
    "wrong-type": Explanation(
        "A value of the wrong type",
        'Nothing is converted: `true` is not 1, and "3" in quotes is not a number. The message says what '
        "was found and what is expected.",
    ),
    "out-of-range": Explanation(
        "A number is out of range",
        "The number is outside the bounds of the key, or of the measure it is recorded for. A measured "
        "value outside its declared range is a typing error, or the range of the measure is wrong.",
    ),
    "off-grid": Explanation(
        "A number has too many decimals",
        "Every recorded number lies on the grid of its measure's `decimals`; so comparisons are exact and "
        "nothing is rounded behind your back. Round it yourself, or declare more decimals.",
    ),
    "bad-range": Explanation(
        "A pair of bounds that holds nothing",
        "The first number is the lower one, the second the higher.",
        "range = [0, 10]",
    ),
    "list-length": Explanation(
        "A list has too few or too many entries",
        "An empty list where something has to be named, one choice only, or far too many entries.",
    ),
    "twice-in-list": Explanation(
        "Something is in a list twice",
        "Each entry stands once; the second would do nothing, so it is most likely meant to be another word.",
    ),
    "unknown-word": Explanation(
        "A word that is not possible here",
        "The key takes one of a few fixed words, listed in the message with the nearest one.",
    ),
    "unknown-name": Explanation(
        "A name that nothing has",
        "What a journey or a stage names has to exist in the protocol, in one of the plugins it requires, "
        "or in the same file. The message lists what there is, and the nearest name.",
    ),
    "unknown-source": Explanation(
        "A source that is not declared",
        "`source` names a [source.x] of the same plugin or protocol. Sources belong to their owner: "
        "declare it again in a plugin that uses the same publication.",
        "[source.ostelo_2008]\n"
        'cite = "Ostelo 2008, interpreting change scores in low back pain"\n'
        'seen = "abstract"',
    ),
    "missing-basis": Explanation(
        "Nothing says what this rests on",
        "Every number and rule has a basis: published, consensus or clinic, in its own table or by "
        "`default_basis` of the head. Without it a reader cannot tell a published threshold from a guess.",
    ),
    "published-without-source": Explanation(
        "`published` without a source",
        "Whoever says published names the publication. The `default_source` counts only together with the "
        "`default_basis`. If there is no publication, say consensus or clinic, with a note.",
        'basis = "published"\nsource = "odi_scoring"',
    ),
    "empty-table": Explanation(
        "A table that holds nothing",
        "A list of criteria without a criterion would always be met: a stage with an empty `discharge` "
        "would discharge everyone. Fill the table, or delete its header.",
    ),
    "empty-condition": Explanation(
        "An empty condition",
        "A condition that says nothing is neither met nor not met. Write it, or delete the key.",
    ),
    "empty-text": Explanation(
        "An empty text",
        "Write the text, or delete the key if it is not required.",
    ),
    "text-too-long": Explanation(
        "A text is too long",
        "Titles, sentences and notes have at most 4,000 characters. Shorten it.",
    ),
    "text-over-lines": Explanation(
        "A text with several lines where one is wanted",
        "Titles, names and citations stand on one line, since they appear in tables and headings.",
    ),
    "empty-gate": Explanation(
        "A gate without a level",
        "A gate does nothing by itself; its levels caution, restrict, pause, refer and emergency say when "
        "it acts. A gate without any would look like protection and give none.",
        "[gate.fever.refer]\n"
        'when = "red_flags.fever"\n'
        "until = \"cleared('infection_excluded')\"\n"
        'say = "Fever: refer"',
    ),
    "missing-until": Explanation(
        "A refer or emergency level without `until`",
        "An emergency does not end because the next answer is no: saddle numbness on day 0 and a `no` on "
        "day 3 would restart loading. `until` says which later evidence ends it, usually a clearance by a "
        "named clinician.",
        "until = \"cleared('cauda_equina_excluded')\"",
    ),
    "override-forbidden": Explanation(
        "This cannot be set aside or changed for one patient",
        "Refer and emergency levels end only by their `until`, and no profession may set them aside; a "
        "gate may say so of its other levels with `override = []`. A parameter can be ordered for one "
        "patient only if it has `set_by`.",
    ),
    "one-of-keys": Explanation(
        "One of several keys, not both and not none",
        "Some keys exclude each other: `per_day` and `per_week`, `choices` and `choices_from`, `ids` and "
        "`count`, `unit` and `choices` of a limit, `value` and `pick`. Exactly one of them is given.",
    ),
    "key-does-not-fit": Explanation(
        "A key that means nothing here",
        "The key belongs to another type or kind: `unit` to numbers, `ordered` to choices, `count` to "
        "rules of kind at_most. Left in, it would suggest an effect that it does not have.",
    ),
    "bad-duration": Explanation(
        "This is not a duration",
        "Durations are texts of a whole number and a unit: h hours, d days, w weeks, mo months. Rests "
        "between sets are written in seconds or minutes, as '90 s' or '2 min'.",
        'valid_for = "3w"\nanswered_after = "12h"\nrest = "90 s"',
    ),
    "bad-step": Explanation(
        "This is not a dose step",
        "A step is sets x repetitions, with a hold in seconds if there is one; sets of falling "
        "repetitions; sets x seconds or metres; or minutes. Blanks stand around the x and before the "
        "unit.",
        'steps = ["2 x 8", "2 x 8 x 5 s", "8/6/4 x 8 s", "3 x 30 s", "3 x 20 m", "10 min"]',
    ),
    "step-without-time": Explanation(
        "A step whose time nobody knows",
        '`minutes = "dose"` takes the length of a bout from the step, and this step says no time.',
        'minutes = "dose"\n[exercise.walk.dose.settle]\nsteps = ["5 min", "8 min"]\nper_day = 3',
    ),
    "bad-frequency": Explanation(
        "This is not a frequency",
        "Days a week from 1 to 7: a number, or the lower and the higher one with `to` between them.",
        'per_week = "3 to 5"',
    ),
    "bad-percent": Explanation(
        "This is not a percentage",
        "A number above 0 and at most 50, and the percent sign.",
        'then_load = "5 %"',
    ),
    "bad-pair": Explanation(
        "This is not a pair quality:body_part",
        "What an exercise trains and what a finding targets are pairs, so that an exercise for hamstring "
        "strength and quadriceps length does not pass for one of hamstring length.",
        'trains = ["strength:hamstrings", "strength:gluteals"]',
    ),
    "bad-cap": Explanation(
        "This is not a cap",
        "A cap is a number with the unit of its limit, the id of a parameter, or one of the limit's choices.",
        'cap = { knee_flexion = "90 deg", weight_bearing = "partial" }',
    ),
    "bad-choice": Explanation(
        "This cannot be a choice",
        "Conditions write choices in single quotes without escapes, so a choice has at most 60 plain "
        "characters, no quotes or backslashes, and no blanks at its ends.",
    ),
    "bad-unit": Explanation(
        "This is not a unit",
        "Units are UCUM codes without blanks: deg, kg, s, min, wk, %, {score}. Units have to be equal "
        "where numbers are compared, so each measure says its own.",
    ),
    "bad-version": Explanation(
        "This is not a version",
        "Versions are three numbers with points; ranges of them are bounds joined by commas.",
        'version = "1.2.0"\nrequires = { red_flags = ">=1,<2" }',
    ),
    "bad-severity": Explanation(
        "This is not a severity",
        "Severities are 3 (serious), 2 and 1; serious findings are answered ahead of every score.",
        'severity = { 3 = "slr.this_side < 50", 2 = "slr.this_side < 60", 1 = "else" }',
    ),
    "no-else": Explanation(
        "The last case is not `else`",
        "Parameters, picks, bands and severities have an answer for every patient, so the last case is "
        "`else`.",
        'value = [["patient.age >= 18", 14], ["else", 28]]',
    ),
    "else-not-last": Explanation(
        "`else` hides what comes after it",
        "Cases are tried in order and `else` always holds, so whatever follows it could never count. Of "
        "severities the least is `else`.",
    ),
    "two-mains": Explanation(
        "Two main measures",
        "The assessment's name alone means its main measure, so there is at most one.",
    ),
    "week-pattern": Explanation(
        "The week's pattern and its day types do not fit",
        "Day types are capital letters with their slots; the pattern lists them day by day, - for a day "
        "without session. Every letter of the pattern is a day type and every day type is in the pattern.",
        'A = ["strength", "control"]\nB = ["aerobic"]\npattern = "A B A B A B -"',
    ),
    "empty-journey": Explanation(
        "A journey without visits and sessions",
        "There is nothing to play. Visits and sessions are lists of tables, in double brackets.",
        "[[journey.first_visit.visit]]\nday = 0",
    ),
    "protocol-unusable": Explanation(
        "A protocol cannot be used because of an error elsewhere",
        "A plugin that it requires has an error, or is quarantined. `rehabflow check` on that plugin shows each error.",
    ),
    "protocol-unavailable": Explanation(
        "The journey's protocol cannot be used",
        "The protocol, or a plugin it requires, has problems of its own. Its journeys are skipped and "
        "reported, not judged.",
    ),
    "derived-measure": Explanation(
        "A computed measure cannot be recorded",
        "Its value follows from items or other measures. Record those; so a score is never out of step "
        "with its answers.",
        "observed = { odi = { s1 = 2, s2 = 1, s3 = 0, finished = true } }",
    ),
    "side-missing": Explanation(
        "A side is missing",
        "The assessment is taken left and right, so its values say the side.",
        "observed = { slr = { left = 55, right = 75 } }",
    ),
    "no-main-measure": Explanation(
        "`left` and `right` of an assessment without a main measure",
        "Only the main measure may be written short. Name the measure.",
        "observed = { reach = { forward = { left = 12, right = 14 } } }",
    ),
    "no-items": Explanation(
        "`finished` of an assessment without items",
        "`finished = true` says what the blanks of a questionnaire mean when it is handed in; this "
        "assessment has none.",
    ),
    "rest-not-allowed": Explanation(
        '`rest = "normal"` where it is not allowed',
        "Only an assessment with `rest_normal = true` may have its unwritten answers taken as normal. For "
        "all others what was not written down is unknown, and unknown never frees.",
    ),
    "not-declinable": Explanation(
        "An answer that cannot be declined",
        "Only measures with `declinable = true` and items that may be left out can be declined. What a "
        "safety gate reads cannot: not answered is unknown.",
    ),
    "two-values": Explanation(
        "Two values of one measure at one moment",
        "Shared and own answers of a visit are taken together, and they disagree here. Keep one. What is "
        "wrong in the record is mended with `correct` at a later visit.",
    ),
    "in-the-future": Explanation(
        "An entry that lies after the visit or session that has it",
        "A decision sees only what was recorded by then, so nothing can be entered before it happened.",
    ),
    "ends-before-it-begins": Explanation(
        "It ends before it begins",
        "`until` is the last day on which it holds, so it is not before the visit. Numbers are days since "
        "day_0.",
    ),
    "wrong-profession": Explanation(
        "Someone of this profession may not do this",
        "Clearances, overrides and orders name who may give them. `clinician` means any profession; a "
        "surgeon counts as physician.",
    ),
    "order-loosens": Explanation(
        "An order that is less strict than the protocol",
        "What is ordered for one patient may only restrict more: `stricter` of the parameter says which "
        "way that is.",
    ),
    "no-worst": Explanation(
        "A diary item of which no value is worse",
        "`worst` of a diary line needs a direction: a yes_no (yes is bad), a number or ordered choice "
        "with `better`.",
    ),
    "nothing-to-correct": Explanation(
        "There is nothing to correct",
        "A correction names what was observed and the day on which it was; nothing was recorded of it on "
        "that day. To add what was forgotten, observe it with `on = <day>`.",
        'correct = [{ observed = "nprs.average", on = 0, to = 9, by = "physiotherapist", reason = "typing error" }]',
    ),
    "nothing-to-withdraw": Explanation(
        "There is nothing to take back",
        "The clearance or observation was never recorded by then.",
    ),
}
