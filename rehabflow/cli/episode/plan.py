"""`rehabflow episode plan`: the plan in force, for clinicians with its reasons, for the patient as they do it."""

from __future__ import annotations

import click

from rehabflow.cli.episode.desk import open_desk
from rehabflow.cli.episode.looked import Looked, decision_of
from rehabflow.cli.episode.options import Setting, episode_options
from rehabflow.cli.episode.private import PrivateCommand
from rehabflow.cli.episode.recorded import next_step, short
from rehabflow.cli.loading import references_of
from rehabflow.cli.printing import show, show_json, talk
from rehabflow.render.decision_json import decision_document
from rehabflow.render.needs_text import to_do_blocks
from rehabflow.render.page import Block, Gap, Heading, Line
from rehabflow.render.plan_text import plan_blocks, title_of
from rehabflow.render.references import References
from rehabflow.render.telling import told
from rehabflow.render.words import TONES, date_of, dose_text, frequency_text, headline, session_days
from rehabflow.store.state import EpisodeState


@click.command("plan", cls=PrivateCommand)
@click.argument("episode")
@episode_options
def plan(*, episode: str, setting: Setting) -> int:
    """Show the plan in force of EPISODE: what a clinician accepted, less what was taken out since.

    A decision that stops exercise holds at once, before a clinician has answered it.
    """
    with open_desk(setting) as desk:
        state = desk.state(episode)
        made = state.stop or state.in_force
        if made is None:
            looked, references = None, References()
        else:
            looked = decision_of(desk, state, made.number)
            references = references_of(desk.catalog_of(state))
        if setting.as_json:
            show_json({
                "schema": "rehabflow/episode-plan/1",
                "episode": state.episode,
                "decision": looked.made.number if looked else None,
                "action": looked.decision.action if looked else None,
                "plan": decision_document(looked.decision, references)["plan"] if looked else None,
                "tell": list(told(looked.decision)) if looked else [],
                "advice": [one.text for one in looked.decision.advice] if looked else [],
            })  # fmt: skip
        elif looked is None:
            show([Line("No plan is in force: no decision was accepted yet.")])
        elif desk.actor.role == "patient":
            show(_for_patient(looked))
        else:
            show(_for_clinician(looked, state, references))
        talk(
            f"Next: rehabflow episode log {short(state)}"
            if desk.actor.role == "patient"
            else next_step(desk, state)
        )
    return 0


def _for_clinician(looked: Looked, state: EpisodeState, references: References) -> list[Block]:
    decision, rulebook = looked.decision, looked.rulebook
    kind = "visit" if decision.kind == "visit" else "between visits"
    titles = {id_: rule.stage.title for id_, rule in rulebook.stages.items()}
    blocks: list[Block] = [
        Line(
            f"Episode {short(state)}, decision {looked.made.number} of {date_of(decision.at.day)} ({kind})."
        ),
        Line(headline(decision, titles), tone=TONES[decision.action]),
        *plan_blocks(decision, rulebook, references),
        *to_do_blocks(decision, rulebook),
    ]
    if state.stop is not None:
        say = "This holds at once; only a later decision that is accepted ends it."
        blocks += [Gap(), Line(say, bullet="!")]
    elif state.proposed is not None:
        say = f"Decision {state.proposed.number} waits; until it is accepted this plan holds."
        blocks += [Gap(), Line(say, bullet="!")]
    return blocks


def _for_patient(looked: Looked) -> list[Block]:
    """Return the plan as the patient does it: what to do, how often, how, and when to stop."""
    decision = looked.decision
    blocks: list[Block] = [Heading(f"Your plan of {date_of(decision.at.day)}", 1)]
    plan = decision.plan
    if plan is None or not plan.exercises:
        blocks.append(Line("No exercises for now.", tone="strong"))
    else:
        blocks.append(Line(f"Days: {session_days(plan.cycle_from, plan.cycle, decision.at.day)}."))
    for gone in plan.dropped if plan is not None else ():
        title = title_of(looked.rulebook, gone.exercise)
        blocks += [Line(f"{title}: {text}", bullet="!", tone="care") for text in gone.tell]
    for number, one in enumerate(plan.exercises if plan is not None else (), start=1):
        often = frequency_text(one.dose.table.frequency)
        blocks += [Gap(), Heading(f"{number}. {one.title}: {dose_text(one.dose)}, {often}")]
        blocks += [Line(step, 3, "-") for step in (*one.how, *one.warnings, *one.tell)]
    texts = told(decision)
    if texts:
        blocks += [Gap(), Heading("Keep in mind"), *(Line(text, 2, "-") for text in texts)]
    if plan is not None and plan.next_visit is not None:
        blocks += [Gap(), Line(f"Next visit: {date_of(plan.next_visit)}.")]
    return blocks
