"""Reading what was found: the TOML of plugins and protocols, before any code."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import attrs

from rehabflow.definitions.contributions import Manifest, Plugin, ProtocolPackage
from rehabflow.frozen import frozen
from rehabflow.hookspecs import SUPPORTED_APIS
from rehabflow.loading.folders import read_bytes, read_plugin_folder, read_protocol_folder
from rehabflow.loading.packages import load_manifest, load_plugin
from rehabflow.problems import FileProblems, Problem
from rehabflow.registry.contain import Failure, of_problems
from rehabflow.registry.found import MANIFEST, PROTOCOL, Found
from rehabflow.toml_source import read_source


@frozen
class Read:
    """A plugin's TOML: the plugin, or why there is none.

    `id` is its folder's name if its manifest does not say one (`is_named` false).
    """

    found: Found
    id: str
    manifest: Manifest | None
    plugin: Plugin | None
    failure: Failure | None = None
    warnings: tuple[Problem, ...] = ()
    is_named: bool = True


def read_plugin(found: Found, professions: Collection[str]) -> Read:
    """Return what a plugin's TOML says; one of another api is not read further than its manifest."""
    nameless = Read(found, found.stand_in, None, None, is_named=False)
    try:
        head_shown, content, table = _head(found, MANIFEST, "plugin")
    except FileProblems as unread:
        return attrs.evolve(nameless, failure=of_problems(unread.problems))
    except OSError as error:
        reason = f"{shown_name(found)} cannot be read: {error.strerror}"
        return attrs.evolve(nameless, failure=Failure("cannot-read", reason))
    id_, api = table.get("id"), table.get("api")
    read = attrs.evolve(nameless, id=id_, is_named=True) if isinstance(id_, str) and id_ else nameless
    if type(api) is int and api not in SUPPORTED_APIS:
        failure = Failure("api", _other_api(api))
        return attrs.evolve(read, manifest=load_manifest(content, head_shown)[0], failure=failure)
    if found.path.is_dir():
        plugin, problems = read_plugin_folder(found.path, shown_name(found), professions)
    else:
        plugin, problems = load_plugin(found.stand_in, {head_shown: content}, professions)
    if plugin is None:
        manifest, _ = load_manifest(content, head_shown)
        return attrs.evolve(read, manifest=manifest, failure=of_problems(problems))
    return attrs.evolve(read, manifest=plugin.manifest, plugin=plugin, warnings=tuple(problems))


def head_of(found: Found, name: str, table: str) -> Mapping[str, object]:
    """Return the `[plugin]` or `[protocol]` table of what was found; empty if it has none.

    Raises:
        FileProblems: the file is not TOML.
        OSError: it cannot be read.
    """
    return _head(found, name, table)[2]


def _head(found: Found, name: str, table: str) -> tuple[str, bytes, Mapping[str, object]]:
    """Return the shown name and content of the file that says what was found, and its `[plugin]` or `[protocol]`."""
    is_folder = found.path.is_dir()
    shown = f"{shown_name(found)}/{name}" if is_folder else shown_name(found)
    content = read_bytes(found.path / name if is_folder else found.path)
    values = read_source(content, shown).values.get(table)
    return shown, content, values if isinstance(values, Mapping) else {}


def claimed_id(found: Found) -> str:
    """Return which protocol a place means to be, also when the rest of it cannot be read."""
    try:
        table = head_of(found, PROTOCOL, "protocol")
    except (FileProblems, OSError):
        return found.stand_in
    id_ = table.get("id")
    return id_ if isinstance(id_, str) and id_ else found.stand_in


def read_protocol(found: Found, professions: Collection[str]) -> tuple[ProtocolPackage | None, list[Problem]]:
    """Return the protocol of a folder or file, and every problem of it."""
    return read_protocol_folder(found.path, shown_name(found), professions)


def shown_name(found: Found) -> str:
    """Return how messages name the place: as it was given; what is bundled or installed, without the machine's part."""
    path = found.path
    if found.kind == "bundled":
        return f"{path.parent.name}/{path.name}"
    if found.kind == "package" and found.code is not None:
        inside = found.code.module.count(".") + (found.code.file.name == "__init__.py")
        return Path(*path.parts[-max(1, inside) :]).as_posix()
    return path.as_posix()


def _other_api(api: int) -> str:
    spoken = " and ".join(str(number) for number in SUPPORTED_APIS)
    older = api < min(SUPPORTED_APIS)
    hint = "ask its authors for a newer version of it" if older else "install a newer rehabflow"
    return f"it is written for api {api}, and this version of rehabflow speaks api {spoken}; {hint}"
