"""From the arguments of a command to a catalog, and to the protocol that is meant."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TypeVar

from rehabflow.catalog import Catalog
from rehabflow.cli.folders import folder_of
from rehabflow.cli.nearest import did_you_mean
from rehabflow.cli.options import Sources
from rehabflow.cli.printing import talk
from rehabflow.frozen import frozen
from rehabflow.loading.folders import read_protocol_folder
from rehabflow.problems import FileProblems, UsageError
from rehabflow.registry import OpenCatalog, load_catalog
from rehabflow.render.references import References

Found = TypeVar("Found")
PROTOCOL_FILE = "protocol.toml"


@frozen
class Chosen:
    """A catalog, and the id of the protocol that was asked for; `folder` is where it stands, if that is known."""

    catalog: OpenCatalog
    protocol: str
    folder: Path | None = None


def open_catalog(sources: Sources, *more: Path, needed_by: Collection[str] = ()) -> OpenCatalog:
    """Return the catalog of the bundled content and what the options add; what of these is switched off is told.

    `needed_by` are protocols: of the bundled content only what they need is read.
    """
    folders = dict.fromkeys((*sources.plugins, *sources.trust, *more))
    catalog = load_catalog(*folders, trust=sources.trust, allow=sources.allow, needed_by=needed_by)
    tell_quarantined(catalog)
    return catalog


def tell_quarantined(catalog: OpenCatalog, told: Collection[str] = ()) -> frozenset[str]:
    """Tell which plugins are quarantined, those told before aside; return the ids of all that are."""
    found = [report for report in catalog.reports if report.is_quarantined and report.kind != "bundled"]
    for report in found:
        if report.id not in told:
            talk(f"plugin {report.id} is quarantined: {report.reason}")
    return frozenset(report.id for report in found)


def choose(word: str, sources: Sources, also: Collection[str] = ()) -> Chosen:
    """Return the catalog and protocol that PROTOCOL means: an id, or a path to its folder or file.

    `also` are other protocols that are to be known, such as those of a file of journeys.

    Raises:
        UsageError: there is no such protocol.
        FileProblems: the protocol at the path cannot be read.
    """
    path = Path(word)
    if not _is_path(word, path):
        catalog = open_catalog(sources, needed_by={word, *also})
        if word not in catalog.protocols and word not in catalog.unreadable:
            hint = did_you_mean(word, catalog.protocols)
            raise UsageError(f"there is no protocol `{word[:80]}`{hint}")
        package = catalog.protocols.get(word)
        return Chosen(catalog, word, folder_of(package.protocol.place, sources.plugins) if package else None)
    if not path.exists():
        raise UsageError(f"there is no protocol folder or file `{word}`")
    folder = path.parent if path.name == PROTOCOL_FILE else path
    package, problems = read_protocol_folder(folder, folder.as_posix())
    if package is None:
        raise FileProblems(problems)
    if not word.strip("./").count("/") and folder.as_posix() == package.protocol.id:
        talk(f"protocol {package.protocol.id} from the folder {folder.as_posix()} here")
    id_ = package.protocol.id
    return Chosen(open_catalog(sources, folder, needed_by={id_, *also}), id_, folder)


def _is_path(word: str, path: Path) -> bool:
    """Return whether a word means a path; a folder here with a protocol in it comes before an id."""
    return "/" in word or "\\" in word or word.endswith(".toml") or (path / PROTOCOL_FILE).is_file()


def references_of(catalog: Catalog, texts: Mapping[str, str] | None = None) -> References:
    """Return where everything of the catalog stands; `texts` adds other files."""
    plugins = [plugin.contribution for plugin in catalog.plugins.values()]
    protocols = [package.contribution for package in catalog.protocols.values()]
    return References.of([*plugins, *protocols], texts)


def one_of(kind: str, word: str, known: Mapping[str, Found]) -> Found:
    """Return what an id names.

    Raises:
        UsageError: nothing is called so; the nearest id is named.
    """
    if word not in known:
        raise UsageError(f"there is no {kind} `{word[:80]}`{did_you_mean(word, known)}")
    return known[word]
