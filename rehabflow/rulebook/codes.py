"""The codes of definitions that are sound each by itself and do not fit together."""

from __future__ import annotations

from typing import Final

from rehabflow.problem_codes import Codes, Explanation

CODES: Final[Codes] = {
    "bands": Explanation(
        "Bands that do not tile the scale",
        "Every value a measure can take lies in exactly one band, each band holds some value, and bands follow "
        "each other along the scale, so that a range of values is a range of bands. A band is the first of the "
        "list whose condition is met; the last is `else`.",
        'bands = [["mild", "total <= 4"], ["moderate", "total <= 14"], ["severe", "else"]]',
    ),
    "cap-unit": Explanation(
        "A cap in another unit than its limit",
        "A cap is a number in the unit of the limit that it caps, or the id of a parameter in that unit. Nothing "
        "is converted.",
        'cap = { knee_flexion = "90 deg" }',
    ),
    "circle": Explanation(
        "Names that explain each other in a circle",
        "A criterion, finding, parameter or derived measure must not depend on itself, through however many "
        "others. The message names the whole circle; break it at one of its names.",
    ),
    "declinable-in-gate": Explanation(
        "A pausing gate waits for an answer that may be declined",
        "A gate that pauses, refers or calls an emergency while its answer is unknown would hold a patient for "
        "ever who declines to answer. What such a gate reads cannot be declinable.",
    ),
    "free-step": Explanation(
        "Nothing holds a patient between two stages",
        "A stage without `leave` whose successor has no `enter` is left at the first visit after it was entered. "
        "That may be meant; mostly a criterion is missing.",
        '[stage.strengthening.enter]\nlow_pain = "nprs.average <= 3"',
    ),
    "goes-stale": Explanation(
        "A gate's answer goes stale before the next visit",
        "What a pausing gate reads has to outlast the time between visits: an answer older than its `valid_for` "
        "is unknown, and an unknown answer pauses. See the patient earlier, or let the answer be valid longer.",
    ),
    "main-is-open": Explanation(
        "The track main cannot be opened or closed",
        "main runs from the first visit to discharge. Only other tracks have `open_while`.",
    ),
    "missing-gate": Explanation(
        "A gate that has to exist does not",
        "`must_have` names the gates without which a protocol must not run. A plugin's gate is `plugin.gate`, an "
        "own one `gate`. If it was renamed, look at what took its place before you change the name here.",
    ),
    "missing-plugin": Explanation(
        "A required plugin is not there",
        "The protocol or plugin rests on one that was not found, or that could not be loaded. As long as it is "
        "missing, names that it may bring are not reported.",
    ),
    "need-backwards": Explanation(
        "A need from more to less",
        "`needs` says the least of a limit at which an exercise is of use, then the most it goes to.",
        "needs = { knee_flexion = [60, 120] }",
    ),
    "need-kind": Explanation(
        "A need in words of a limit in numbers",
        "A limit with a `unit` is needed from number to number, one with `choices` from choice to choice.",
    ),
    "need-without-joint": Explanation(
        "A need of a joint that the exercise does not name",
        "A cap of a joint's limit also excludes exercises that name the joint and state no need. So an exercise "
        "that needs a limit names the limit's joint in `joints`.",
    ),
    "never-replaced": Explanation(
        "Gates, cautions and limits are never replaced",
        "Whoever could replace a gate could weaken it without a word. Give the new one a name of its own; both "
        "are then in force, and the stricter one counts.",
    ),
    "next-is-itself": Explanation(
        "A stage that follows itself",
        "`next` names the stages that may come after this one. To stay in a stage nothing has to be said.",
    ),
    "no-agreement": Explanation(
        "Nobody has to agree before exercise starts",
        "A programme starts only once a clinician has agreed. Declare the agreement, and a gate that pauses as long as "
        "nobody has given it.",
        '[clearance.start]\ntitle = "A clinician agrees"\nby = ["physiotherapist"]\nvalid_for = "12w"\n'
        '[gate.agreement]\ntitle = "Agreement"\n[gate.agreement.pause]\nwhen = "not cleared(\'start\')"\n'
        'say = "No clinician has agreed yet"\ntell = "Soon."',
    ),
    "no-main-track": Explanation(
        "The protocol has no track `main`",
        "Every protocol has the track main, which lists its stages in order. Other tracks run beside it while open.",
        '[track.main]\ntitle = "Back"\nstages = ["acute", "stabilization"]',
    ),
    "no-note": Explanation(
        "Numbers that rest on consensus without saying where they come from",
        "A number that no publication supports says in `note` how it was chosen, or names a decision as `source`, "
        "so that a reviewer can judge it. The line counts those that do not.",
    ),
    "not-a-version": Explanation(
        "Not a version, or not a range of versions",
        "A version is one to three whole numbers, `1.2.0`; a range is bounds joined by commas, all of which hold.",
        'requires = { red_flags = ">=1.2,<2" }',
    ),
    "number-twice": Explanation(
        "One measure compared with one number in two places",
        "When the number changes, one of the places is easily forgotten. Give it a name as a parameter, with its "
        "unit, its basis and its source, and compare with the name.",
        '[parameter.pain_to_load]\nvalue = 5\nunit = "{score}"\nstricter = "lower"',
    ),
    "order-incomplete": Explanation(
        "An order that leaves out slots",
        "`order` lists every slot of its stage, so that the order of a session never depends on the file.",
    ),
    "order-without-direction": Explanation(
        "An order on a parameter without a stricter direction",
        "Whoever `set_by` names may order another value for one patient, but only a stricter one. So such a "
        "parameter says in `stricter` which direction that is.",
    ),
    "plugin-api": Explanation(
        "A plugin written for another version of the plugin interface",
        "`api` is the number of the interface that a plugin was written for. Install a version of the plugin for "
        "this interface, or a version of rehabflow for that of the plugin.",
    ),
    "plugin-circle": Explanation(
        "Plugins that require each other",
        "Requirements run one way, so that it is clear what stands on what. Put what both need into a third plugin.",
    ),
    "plugin-version": Explanation(
        "A plugin of the wrong version",
        "The installed version lies outside the range that was tested. A new major version may have changed what "
        "names mean; test before you widen the range.",
    ),
    "regress-forward": Explanation(
        "Falling back to a stage that is not earlier",
        "`regress_to` names earlier stages of the same track. The way forward is `next`, `leave` and `enter`.",
    ),
    "replaces-nothing": Explanation(
        "Replacing what is not there",
        "`replaces` names the required plugin whose table of the same kind and id this one takes the place of. "
        "If that was renamed or removed, say so here too.",
    ),
    "rung-twice": Explanation(
        "An exercise on two rungs",
        "An exercise stands on one ladder, once: its neighbours are what it progresses and regresses to.",
    ),
    "same-id": Explanation(
        "Two plugins or protocols of one name",
        "Everything is found by id, so each plugin and each protocol has its own, and a protocol is not called "
        "like a plugin that it requires.",
    ),
    "score-range": Explanation(
        "A score out of bounds",
        "A score term gives every exercise between -10 and 10 points, before its weight, so that no term outweighs "
        "all others by accident. Divide it, or bring it in with min(...) and max(...).",
        'short = { weight = 1, value = "-exercise.minutes / 4" }',
    ),
    "shared-name": Explanation(
        "One bare name for two things",
        "Parameters, events and assessments are read by their bare names in conditions and share one namespace "
        "over a protocol and its plugins.",
    ),
    "slot-unused": Explanation(
        "A slot on no day of the week",
        "With a `week`, a slot is filled only on the days that name it.",
        'A = ["strength", "control"]\npattern = "A - A - A - -"',
    ),
    "stage-twice": Explanation(
        "A stage in two tracks",
        "A stage belongs to one track, once.",
    ),
    "stage-without-track": Explanation(
        "A stage in no track",
        "Stages come in the order that a track lists; one that no track lists is never entered.",
    ),
    "term-without-value": Explanation(
        "A score term without a value",
        "A term of [select] may change only the weight of a term of the selector in use. A new one says its value.",
        'liked = { weight = 2, value = "1 if exercise.id in lifestyle.liked else 0" }',
    ),
    "too-few-exercises": Explanation(
        "A required place that nothing can fill",
        "Whoever the patient is, fewer exercises than the slot requires meet its `where`, have a dose at the stage's "
        "level and are no more demanding than the stage allows. The place stays empty in every plan.",
    ),
    "too-little-time": Explanation(
        "More required minutes than a session has",
        "The required places, filled with the shortest exercises at their shortest doses, already take longer than "
        "the highest number of minutes that any patient has.",
    ),
    "too-many-places": Explanation(
        "More required places than a session has exercises",
        "The lower numbers of `choose` add up to more than the selector's `exercises`, so some required place "
        "stays empty in every plan.",
    ),
    "two-owners": Explanation(
        "Two owners of one name",
        "A name belongs to one plugin or protocol. To take another's place, write `replaces` with its owner; a "
        "gate, caution or limit is never replaced. Diary items declared alike are one.",
    ),
    "unknown-advice": Explanation(
        "There is no such advice", "`advice` orders the protocol's [advice.<id>] tables."
    ),
    "unknown-assessment": Explanation(
        "There is no such assessment",
        "Neither the protocol nor a plugin that it requires declares the assessment.",
    ),
    "unknown-caution": Explanation(
        "There is no such caution",
        "Every tag in an exercise's `cautions` is declared as [caution.<id>] by the plugin or one that it requires: "
        "an undeclared tag would never keep the exercise from anyone.",
    ),
    "unknown-choice": Explanation(
        "Not one of the choices",
        "The word is not on the list that the measure, event, limit or vocabulary declares.",
    ),
    "unknown-event": Explanation("There is no such event", "Events are declared as [event.<id>]."),
    "unknown-exercise": Explanation(
        "There is no such exercise",
        "The rung names an exercise that neither this plugin nor one that it requires declares.",
    ),
    "unknown-gate": Explanation(
        "There is no such gate",
        "A gate that a clinic makes mandatory is named `plugin.gate` and has to exist.",
    ),
    "unknown-limit": Explanation(
        "There is no such limit",
        "What a gate caps and an exercise needs is declared as [limit.<id>] with its joint and unit.",
    ),
    "unknown-parameter": Explanation(
        "There is no such parameter",
        "A cap is a number with its unit, or the id of a [parameter.<id>] in the limit's unit.",
    ),
    "unknown-response": Explanation(
        "There is no such response", "Responses are declared as [response.<id>]."
    ),
    "unknown-selector": Explanation(
        "There is no such selector",
        "`use` names a [selector.<id>] of a required plugin.",
    ),
    "unknown-stage": Explanation(
        "There is no such stage",
        "Tracks list stages of this protocol; `next` and `regress_to` name stages of the same track.",
    ),
    "unknown-track": Explanation(
        "There is no such track", "`tracks` names [track.<id>] tables of the protocol."
    ),
    "undeclared-word": Explanation(
        "A word that no vocabulary has",
        "Patterns, positions, body parts, joints and equipment are declared in [vocabulary]; those of all plugins "
        "are united. Roles, qualities, directions and kinds of effort are fixed.",
        '[vocabulary]\njoint = ["lumbar", "hip"]',
    ),
}
