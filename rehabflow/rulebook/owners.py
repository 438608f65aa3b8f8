"""Whose tables count: a protocol or plugin, everything it requires, and what a clinic makes mandatory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from rehabflow.conditions.faults import nearest
from rehabflow.definitions.contributions import Contribution, Manifest, Plugin, ProtocolPackage
from rehabflow.definitions.protocols import Protocol
from rehabflow.frozen import frozen
from rehabflow.problems import Place
from rehabflow.rulebook.reports import Report, one_of
from rehabflow.rulebook.versions import NotAVersion, satisfies

API: Final = 1


@frozen
class Owner:
    """One contributor of tables. `gates` None: all of its gates are in force; else only those named."""

    id: str
    version: str
    contribution: Contribution
    is_protocol: bool = False
    gates: frozenset[str] | None = None


@frozen
class Mandatory:
    """Gates (`plugin.gate`) that a clinic wants in force in every protocol, and where it says so."""

    gates: tuple[str, ...] = ()
    place: Place = attrs.field(factory=lambda: Place("rehabflow.toml", ("mandatory_gates",)))


def owners_of(
    subject: Plugin | ProtocolPackage,
    plugins: Mapping[str, Plugin],
    mandatory: Mandatory,
    report: Report,
) -> tuple[Owner, ...]:
    """Return the plugins that the subject rests on, by id, and the protocol last; problems are reported."""
    head = subject.protocol if isinstance(subject, ProtocolPackage) else subject.manifest
    found: dict[str, Plugin] = {}
    if isinstance(subject, Plugin):
        found[subject.manifest.id] = subject
    _follow(head, plugins, found, report)
    _refuse_circles(found, report)
    required = frozenset(found)
    extra = _mandatory_gates(mandatory, plugins, found, report)
    owners = [_plugin_owner(found[id_], id_ in required, extra) for id_ in sorted(found)]
    if isinstance(subject, ProtocolPackage):
        owners.append(
            Owner(subject.protocol.id, subject.protocol.version, subject.contribution, is_protocol=True)
        )
        if subject.protocol.id in found:
            report.error(
                "same-id",
                f"the protocol and one of its plugins are both called `{subject.protocol.id}`",
                subject.protocol.place.child("id"),
                help="give the protocol another id",
            )
    return tuple(owners)


def _follow(
    head: Protocol | Manifest, plugins: Mapping[str, Plugin], found: dict[str, Plugin], report: Report
) -> None:
    """Add what the head requires, and what that requires."""
    for id_ in sorted(head.requires):
        place = head.place.child("requires", id_)
        plugin = plugins.get(id_)
        if plugin is None:
            report.error(
                "missing-plugin",
                f"needs the plugin `{id_}`, which is not there",
                place,
                expected=one_of(plugins),
                help=nearest(id_, plugins) or "install it, or give its folder with --plugins",
            )
            continue
        _compare_version(plugin.manifest, head.requires[id_], place, report)
        if id_ not in found:
            found[id_] = plugin
            _follow(plugin.manifest, plugins, found, report)


def _compare_version(manifest: Manifest, wanted: str, place: Place, report: Report) -> None:
    try:
        fits = satisfies(manifest.version, wanted)
    except NotAVersion as error:
        report.error("not-a-version", str(error), place, expected="bounds such as `>=1,<2`")
        return
    if not fits:
        report.error(
            "plugin-version",
            f"needs {manifest.id} {wanted}, but version {manifest.version} is installed",
            place,
            help=f"install one in that range, or test with {manifest.version} and widen the range",
        )
    if manifest.api != API:
        report.error(
            "plugin-api",
            f"the plugin `{manifest.id}` is written for api {manifest.api}; this version speaks api {API}",
            manifest.place.child("api"),
        )


def _refuse_circles(found: Mapping[str, Plugin], report: Report) -> None:
    """Report each circle of plugins that require each other, named whole."""
    done: set[str] = set()

    def visit(id_: str, path: tuple[str, ...]) -> None:
        if id_ in path:
            circle = (*path[path.index(id_) :], id_)
            place = found[path[-1]].manifest.place.child("requires", id_)
            report.error(
                "plugin-circle", f"plugins require each other in a circle: {' -> '.join(circle)}", place
            )
        elif id_ not in done and id_ in found:
            for next_ in sorted(found[id_].manifest.requires):
                visit(next_, (*path, id_))
            done.add(id_)

    for id_ in sorted(found):
        visit(id_, ())


def _mandatory_gates(
    mandatory: Mandatory, plugins: Mapping[str, Plugin], found: dict[str, Plugin], report: Report
) -> dict[str, set[str]]:
    """Return the mandatory gates by plugin, and add the plugins they need."""
    wanted: dict[str, set[str]] = {}
    for address in mandatory.gates:
        id_, _, gate = address.partition(".")
        plugin = plugins.get(id_)
        if plugin is None or gate not in plugin.contribution.gates:
            known = [f"{name}.{gate}" for name in plugins for gate in plugins[name].contribution.gates]
            report.unknown("unknown-gate", "gate", address, known, mandatory.place)
            continue
        wanted.setdefault(id_, set()).add(gate)
        if id_ not in found:
            found[id_] = plugin
            _follow(plugin.manifest, plugins, found, report)
    return wanted


def _plugin_owner(plugin: Plugin, is_required: bool, extra: Mapping[str, Iterable[str]]) -> Owner:
    """Return the owner; one that is here only for mandatory gates brings what they read, but no exercise."""
    manifest = plugin.manifest
    if is_required:
        return Owner(manifest.id, manifest.version, plugin.contribution)
    read_only = attrs.evolve(
        plugin.contribution,
        exercises={},
        ladders={},
        rules={},
        responses={},
        selectors={},
        advice={},
        asks={},
    )
    return Owner(manifest.id, manifest.version, read_only, gates=frozenset(extra.get(manifest.id, ())))
