"""`rehabflow plugin`: list, show, doctor. They work also when every plugin is broken."""

from __future__ import annotations

from pathlib import Path

import click

from rehabflow.cli.loading import one_of
from rehabflow.cli.options import Sources, json_option, source_options
from rehabflow.cli.printing import show, show_json, show_problems
from rehabflow.problems import PluginError
from rehabflow.registry import OpenCatalog, PluginReport, load_catalog
from rehabflow.render import lists
from rehabflow.render.problems import problem_json
from rehabflow.render.show_plugin import PluginShown, doctor_blocks, plugin_page


def _catalog(sources: Sources) -> OpenCatalog:
    folders = dict.fromkeys((*sources.plugins, *sources.trust))
    return load_catalog(*folders, trust=sources.trust, allow=sources.allow)


def _shown(catalog: OpenCatalog, report: PluginReport) -> PluginShown:
    plugin = catalog.plugins.get(report.id) if not report.is_quarantined else None
    return PluginShown(
        id=report.id,
        path=report.path,
        kind=report.kind,
        has_code=report.has_code,
        manifest=report.manifest,
        reason=report.reason if report.is_quarantined else "",
        where=report.where,
        hooks=report.hooks,
        brings=report.brings,
        sources=tuple(plugin.contribution.sources.values()) if plugin else (),
        problems=len(report.problems),
        printed=report.printed,
    )


@click.command("list")
@json_option
@source_options
def list_plugins(
    *, as_json: bool, plugins: tuple[Path, ...], trust: tuple[Path, ...], allow: tuple[str, ...]
) -> int:
    """List the plugins, also those that are quarantined, with the reason."""
    catalog = _catalog(Sources(plugins, trust, allow))
    listing = lists.plugins([_shown(catalog, report).document() for report in catalog.reports])
    if as_json:
        show_json(listing.document())
    else:
        show(listing.blocks())
    return 0


@click.command("show")
@click.argument("id")
@json_option
@source_options
def show_plugin(
    *,
    id: str,  # noqa: A002 - click's name of the argument
    as_json: bool,
    plugins: tuple[Path, ...],
    trust: tuple[Path, ...],
    allow: tuple[str, ...],
) -> int:
    """Show the plugin ID: use and misuse, authors, sources, what it requires and brings."""
    catalog = _catalog(Sources(plugins, trust, allow))
    shown = _shown(catalog, one_of("plugin", id, {report.id: report for report in catalog.reports}))
    if as_json:
        show_json({"schema": "rehabflow/plugin/1", "plugin": shown.document()})
    else:
        show(plugin_page(shown))
    return 0


@click.command("doctor")
@json_option
@source_options
def doctor(
    *, as_json: bool, plugins: tuple[Path, ...], trust: tuple[Path, ...], allow: tuple[str, ...]
) -> int:
    """Load every plugin apart and tell what is wrong with each.

    Exit code: 5 if one is quarantined, else 0.
    """
    catalog = _catalog(Sources(plugins, trust, allow))
    found = [_shown(catalog, report) for report in catalog.reports]
    problems = [problem for report in catalog.reports for problem in report.problems]
    if as_json:
        documents = [
            {**shown.document(), "problems": [problem_json(problem) for problem in report.problems]}
            for shown, report in zip(found, catalog.reports, strict=True)
        ]
        show_json({"schema": "rehabflow/doctor/1", "plugins": documents})
    else:
        show_problems(problems, {})
        show(doctor_blocks(found))
    return PluginError.exit_code if any(shown.reason for shown in found) else 0
