"""The tables of all owners united: one namespace for bare names, one per kind for the other ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from rehabflow.definitions.contributions import Contribution
from rehabflow.definitions.gates import Gate
from rehabflow.definitions.measures import DiaryItem
from rehabflow.frozen import frozen
from rehabflow.problems import Place
from rehabflow.rulebook.owners import Owner
from rehabflow.rulebook.reports import Report

# kind in problems and in `replaces` -> field of a contribution
KINDS: Final[Mapping[str, str]] = MappingProxyType({
    "parameter": "parameters",
    "event": "events",
    "assessment": "assessments",
    "clearance": "clearances",
    "ask": "asks",
    "criterion": "criteria",
    "finding": "findings",
    "caution": "cautions",
    "limit": "limits",
    "rule": "rules",
    "response": "responses",
    "selector": "selectors",
    "advice": "advice",
    "gate": "gates",
    "diary": "diary",
    "exercise": "exercises",
    "ladder": "ladders",
})  # fmt: skip
BARE: Final = ("parameter", "event", "assessment")
NEVER_REPLACED: Final = ("gate", "caution", "limit")


@frozen
class Tables:
    """All definitions in force by kind and id, in order of id; `owner_of` says whose each is, by (kind, id).

    `vocabulary` is that of all owners. `gates` are by id too: no two owners may have gates of one name.
    """

    united: Contribution
    owner_of: Mapping[tuple[str, str], Owner]

    def owner(self, kind: str, id_: str) -> Owner:
        """Return whose definition this is."""
        return self.owner_of[kind, id_]


def unite(owners: Sequence[Owner], report: Report) -> Tables:
    """Return the tables of all owners as one; two owners of one name are reported, unless one replaces."""
    owner_of: dict[tuple[str, str], Owner] = {}
    tables: dict[str, Mapping[str, object]] = {}
    for kind, field in KINDS.items():
        tables[field] = _unite_kind(kind, field, owners, owner_of, report)
    _refuse_shared_bare_names(tables, report)
    for owner in owners:
        _check_replaces(owner, owners, report)
    united = Contribution("", vocabulary=_vocabulary(owners), **tables)  # type: ignore[arg-type]  # as KINDS says
    return Tables(united, MappingProxyType(owner_of))


def place_of(definition: object) -> Place:
    """Return where a definition stands; every definition has a `place`."""
    place: Place = definition.place  # type: ignore[attr-defined]  # see the docstring
    return place


def _unite_kind(
    kind: str,
    field: str,
    owners: Sequence[Owner],
    owner_of: dict[tuple[str, str], Owner],
    report: Report,
) -> dict[str, object]:
    united: dict[str, object] = {}
    for owner in owners:
        own: Mapping[str, object] = getattr(owner.contribution, field)
        for id_, definition in own.items():
            if isinstance(definition, Gate) and owner.gates is not None and id_ not in owner.gates:
                continue
            earlier = owner_of.get((kind, id_))
            if earlier is None or _replaces(owner, earlier, kind, id_):
                united[id_], owner_of[kind, id_] = definition, owner
            elif not _replaces(earlier, owner, kind, id_) and not _alike(united[id_], definition):
                _report_two_owners(kind, id_, (earlier, owner), definition, report)
    return {id_: united[id_] for id_ in sorted(united)}


def _replaces(newer: Owner, older: Owner, kind: str, id_: str) -> bool:
    return kind not in NEVER_REPLACED and newer.contribution.replaces.get(f"{kind}.{id_}") == older.id


def _alike(first: object, second: object) -> bool:
    """Return whether two diary items ask the same: same values, due at the same time."""
    return (
        isinstance(first, DiaryItem)
        and isinstance(second, DiaryItem)
        and (first.shape, first.answered_after, first.declinable)
        == (second.shape, second.answered_after, second.declinable)
    )


def _report_two_owners(
    kind: str, id_: str, owners: tuple[Owner, Owner], definition: object, report: Report
) -> None:
    earlier, later = owners
    if kind in NEVER_REPLACED:
        remedy = f"a {kind} is never replaced: rename this one"
    else:
        remedy = (
            f'rename it, or write replaces = "{earlier.id}" if it is meant to take the place of the other'
        )
    if kind == "diary":
        remedy = "declare both alike (they are then one), or rename it"
    report.error(
        "two-owners",
        f"{kind} `{id_}` is declared by {earlier.id} and by {later.id}",
        place_of(definition),
        expected="one owner for each name",
        help=remedy,
    )


def _refuse_shared_bare_names(tables: Mapping[str, Mapping[str, object]], report: Report) -> None:
    """Parameters, events and assessments are read by their bare names, so they share one namespace."""
    seen: dict[str, str] = {}
    for kind in BARE:
        for id_, definition in tables[KINDS[kind]].items():
            if id_ in seen:
                report.error(
                    "shared-name",
                    f"`{id_}` is both {_a(seen[id_])} and {_a(kind)}, so a condition cannot tell which",
                    place_of(definition),
                    expected="parameters, events and assessments with different names",
                    help="rename one of them",
                )
            seen.setdefault(id_, kind)


def _check_replaces(owner: Owner, owners: Sequence[Owner], report: Report) -> None:
    by_id = {other.id: other for other in owners}
    for address, named in sorted(owner.contribution.replaces.items()):
        kind, _, id_ = address.partition(".")
        own: Mapping[str, object] = getattr(owner.contribution, KINDS[kind])
        place = place_of(own[id_]).child("replaces")
        if kind in NEVER_REPLACED:
            report.error(
                "never-replaced", f"a {kind} is never replaced", place, help="give it a name of its own"
            )
        elif named not in by_id or id_ not in getattr(by_id[named].contribution, KINDS[kind]):
            report.error(
                "replaces-nothing",
                f"replaces {kind} `{id_}` of `{named}`, which has none",
                place,
                expected="the id of a required plugin that declares it",
            )


def _vocabulary(owners: Sequence[Owner]) -> dict[str, tuple[str, ...]]:
    words: dict[str, set[str]] = {}
    for owner in owners:
        for list_name, own in owner.contribution.vocabulary.items():
            words.setdefault(list_name, set()).update(own)
    return {list_name: tuple(sorted(words[list_name])) for list_name in sorted(words)}


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
