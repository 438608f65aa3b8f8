"""Installed Python packages that say they are plugins; found without importing any of their code."""

from __future__ import annotations

import importlib.util
from functools import partial
from importlib import metadata
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, ModuleSpec, SourceFileLoader
from pathlib import Path
from typing import Final

from rehabflow.frozen import frozen
from rehabflow.registry.contain import Failure, Printed, Refused, contain
from rehabflow.registry.found import MANIFEST, Found, PythonCode

GROUP: Final = "rehabflow"
_SOURCES: Final = (SourceFileLoader, SOURCE_SUFFIXES)


@frozen
class Broken:
    """An installed package that names itself a plugin and cannot be one."""

    name: str
    distribution: str
    failure: Failure


def installed() -> tuple[tuple[Found, ...], tuple[Broken, ...]]:
    """Return the installed plugins with their folders, and those that are none, in order of their names."""
    found: list[Found] = []
    broken: list[Broken] = []
    for point in sorted(metadata.entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        distribution = point.dist.name if point.dist is not None else ""
        place = contain(partial(_place, point), None, Printed(), "no-module")
        if isinstance(place, Failure):
            broken.append(Broken(point.name, distribution, place))
        else:
            found.append(Found("package", place.file.parent, place, point.name, distribution))
    return tuple(found), tuple(broken)


def _place(point: metadata.EntryPoint) -> PythonCode:
    """Return where the module of an entry point stands; the packages around it are not imported either."""
    if point.pattern.match(point.value) is None or point.attr:
        raise Refused(
            "not-a-module", f"the entry point {point.name} names `{point.value}`; name a module only"
        )
    spec = _spec(point.module)
    if spec is None or spec.origin is None or not spec.has_location:
        raise Refused(
            "no-module", f"the entry point {point.name} names `{point.module}`, which is not installed"
        )
    file = Path(spec.origin)
    is_loose = "." not in point.module and spec.submodule_search_locations is None
    if is_loose or not (file.parent / MANIFEST).is_file():
        reason = f"there is no {MANIFEST} beside `{point.module}`; make it a package that carries one"
        raise Refused("no-manifest", reason)
    return PythonCode(file, point.module)


def _spec(module: str) -> ModuleSpec | None:
    """Return a module's spec; `find_spec` of a dotted name would import its parents, so each step looks in folders."""
    first, *rest = module.split(".")
    spec = importlib.util.find_spec(first)
    for name in rest:
        if spec is None or spec.submodule_search_locations is None:
            return None
        inner = (FileFinder(place, _SOURCES).find_spec(name) for place in spec.submodule_search_locations)
        spec = next((found for found in inner if found is not None), None)
    return spec
