"""Moving an episode to another version of its protocol: first what would change, then the move."""

from __future__ import annotations

from collections.abc import Mapping

from rehabflow.engine.decide import decide
from rehabflow.engine.decision import Decision
from rehabflow.frozen import frozen
from rehabflow.rulebook.model import Rulebook
from rehabflow.store.episodes import Episodes
from rehabflow.store.errors import NotNow
from rehabflow.store.events import Moved
from rehabflow.store.requests import Request
from rehabflow.store.roles import require
from rehabflow.store.state import EpisodeState


@frozen
class Preview:
    """What a move would change: the version before and after, the definitions that differ, what would be decided now.

    `stays` is the decision now by the pinned definitions, `moved` by those installed; neither is recorded.
    `changes` says the differences for people.
    """

    before: str
    after: str
    definitions: tuple[str, ...]
    stays: Decision
    moved: Decision
    changes: tuple[str, ...]


def preview_move(episodes: Episodes, request: Request, episode: str) -> Preview:
    """Return what would change if an episode moved to the installed version of its protocol.

    Raises:
        NotNow: it is on that version already, or its stage is not there any more.
        NotReplayable: the pinned definitions cannot be had.
    """
    require(request.actor, "move")
    state = episodes.ready(request, episode)
    catalog = episodes.definitions.catalog
    rulebook = catalog.rulebook(state.protocol)
    _refuse_pointless(state, rulebook)
    stays = episodes.derive(state, state.history, request.now, "between")
    moved = decide(catalog, state.protocol, state.history, request.now, kind="between")
    old, new = dict(state.digests), dict(rulebook.digests)
    differ = tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))
    return Preview(
        state.pin.version,
        rulebook.versions[state.protocol],
        differ,
        stays,
        moved,
        tuple(_changes(stays, moved)),
    )


def move(episodes: Episodes, request: Request, episode: str, reason: str) -> EpisodeState:
    """Pin an episode to the installed version of its protocol; a decision that waits lapses.

    Raises:
        NotNow: see `preview_move`.
    """
    require(request.actor, "move")
    if not episodes.vault.store.request(request.key):
        state = episodes.ready(request, episode)
        _refuse_pointless(state, episodes.definitions.catalog.rulebook(state.protocol))
    protocol = episodes.current(episode).protocol
    rulebook = episodes.definitions.catalog.rulebook(protocol)
    content = episodes.definitions.keep(protocol)
    version, digests = rulebook.versions[protocol], dict(rulebook.digests)
    return episodes.own(
        request, episode, "move", lambda at: Moved(at, at, protocol, version, digests, content, reason)
    )


def _refuse_pointless(state: EpisodeState, rulebook: Rulebook) -> None:
    if dict(rulebook.digests) == dict(state.digests):
        raise NotNow("the episode is on the installed version already")
    in_force = state.in_force.decision.record if state.in_force else None
    for plan in (*in_force.plans, *in_force.kept) if in_force else ():
        if plan.stage not in rulebook.stages:
            raise NotNow(f"the installed version has no stage `{plan.stage}`; place the patient first")


def _changes(stays: Decision, moved: Decision) -> list[str]:
    found = []
    if stays.action != moved.action:
        found.append(f"action: {stays.action} would be {moved.action}")
    for name, track in moved.tracks.items():
        before = stays.tracks[name].after if name in stays.tracks else "none"
        if before != track.after:
            found.append(f"stage of {name}: {before} would be {track.after}")
    old, new = _levels(stays), _levels(moved)
    for address in sorted(old.keys() | new.keys()):
        if old.get(address) != new.get(address):
            found.append(
                f"gate {address}: {old.get(address, 'absent')} would be {new.get(address, 'absent')}"
            )
    before_plan, after_plan = _doses(stays), _doses(moved)
    for name in sorted(before_plan.keys() | after_plan.keys()):
        if before_plan.get(name) != after_plan.get(name):
            found.append(
                f"exercise {name}: {before_plan.get(name, 'not given')} would be {after_plan.get(name, 'not given')}"
            )
    return found


def _levels(decision: Decision) -> Mapping[str, str]:
    return {gate.address: gate.state for gate in decision.gates}


def _doses(decision: Decision) -> Mapping[str, str]:
    planned = decision.plan.exercises if decision.plan else ()
    return {one.exercise: f"{one.dose.level}, {one.dose.step.text}" for one in planned}
