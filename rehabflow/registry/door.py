"""The one door: what a plugin implements, looked at by pluggy and called one plugin at a time."""

from __future__ import annotations

import difflib
import operator
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import pluggy

from rehabflow import hookspecs
from rehabflow.definitions.contributions import Contribution, Plugin
from rehabflow.frozen import frozen
from rehabflow.hookspecs import PROJECT, hookimpl
from rehabflow.registry.contain import Failure, Printed, Refused, bounded, contain

T = TypeVar("T")


@frozen(eq=False)
class TomlFolder:
    """The plugin object of a folder of TOML: its hooks return what its files say."""

    plugin: Plugin

    @hookimpl
    def rehabflow_definitions(self) -> Contribution:
        """Return the tables of the folder."""
        return self.plugin.contribution


class _Manager(pluggy.PluginManager):
    """Pluggy's manager, which does not look for hooks among the dozens of names that Python gives every object."""

    def parse_hookimpl_opts(self, plugin: object, name: str) -> pluggy.HookimplOpts | None:
        """Return how a name of a plugin implements a hook; None: it is none."""
        return None if name.startswith("__") else super().parse_hookimpl_opts(plugin, name)


@frozen(eq=False)
class Door:
    """One plugin behind its hooks.

    Each plugin has a manager of its own: no wrapper of another plugin is ever around its calls, and every result has
    an owner. `folder` is where its code stands (None: it has none), `printed` takes what it prints.
    """

    plugin: str
    folder: Path | None
    printed: Printed
    manager: pluggy.PluginManager

    @classmethod
    def of(cls, plugin: Plugin, module: ModuleType | None, folder: Path | None, printed: Printed) -> Door:
        """Return the door to a plugin's TOML and code.

        Raises:
            Refused: the code implements a hook that does not exist, forgets the mark, or asks for an unknown argument.
        """
        manager = _Manager(PROJECT)
        manager.add_hookspecs(hookspecs)
        manager.register(TomlFolder(plugin), plugin.manifest.id)
        if module is not None:
            _refuse_unmarked(manager, module)
            try:
                manager.register(module, f"{plugin.manifest.id}.py")
            except pluggy.PluginValidationError as error:
                raise _wrong_arguments(manager, error) from None
            _refuse_unknown(manager, module)
        return cls(plugin.manifest.id, folder, printed, manager)

    @property
    def hooks(self) -> tuple[str, ...]:
        """Return the names of the hooks that the plugin implements."""
        return tuple(
            name for name in known_hooks(self.manager) if getattr(self.manager.hook, name).get_hookimpls()
        )

    def contained(self, call: Callable[[], T], code: str = "hook-failed") -> T | Failure:
        """Return what a call into this plugin gives, or why it gave nothing."""
        return contain(call, self.folder, self.printed, code)

    def twice(
        self,
        hook: str,
        read: Callable[[list[Any]], T],  # Any: each hook has its own results
        same: Callable[[T, T], bool] = operator.eq,
        **arguments: object,
    ) -> T | Failure:
        """Return what `read` makes of a hook's results (its code's before its TOML's, None left out).

        The hook is asked twice; answers that are not the same are a Failure.
        """

        def ask() -> T:
            return read(list(bounded(getattr(self.manager.hook, hook)(**arguments))))

        first, second = self.contained(ask), self.contained(ask)
        for answer in (first, second):
            if isinstance(answer, Failure):
                return answer
        if self.contained(lambda: same(first, second)) is not True:  # type: ignore[arg-type]  # none is a Failure
            return Failure("unstable", f"{hook} gave two answers to one question")
        return first


def known_hooks(manager: pluggy.PluginManager) -> tuple[str, ...]:
    """Return the names of all hooks, in alphabetical order."""
    names = (name for name in vars(hookspecs) if name.startswith(f"{PROJECT}_"))
    return tuple(sorted(name for name in names if hasattr(manager.hook, name)))


def items(results: Sequence[object], kind: type[T], hook: str) -> tuple[T, ...]:
    """Return the results of a hook that gives several things, each of one kind; raise Refused for others."""
    found: list[T] = []
    for result in results:
        if isinstance(result, (str, bytes)) or not hasattr(type(result), "__iter__"):
            parts: tuple[object, ...] = (result,)
        else:
            parts = bounded(result)  # type: ignore[arg-type]  # it can be iterated
        for part in parts:
            if type(part) is not kind:
                raise Refused("wrong-type", f"{hook} gave {type(part).__name__}, not {kind.__name__}")
            found.append(part)
    return tuple(found)


def _refuse_unknown(manager: pluggy.PluginManager, module: ModuleType) -> None:
    known = known_hooks(manager)
    for caller in manager.get_hookcallers(module) or ():
        if caller.has_spec():
            continue
        for implementation in caller.get_hookimpls():
            if not implementation.optionalhook:
                raise Refused(
                    "unknown-hook", f"there is no hook `{caller.name}`; {_nearest(caller.name, known)}"
                )


def _refuse_unmarked(manager: pluggy.PluginManager, module: ModuleType) -> None:
    """Refuse a function that bears a hook's name and would never be called."""
    for name, value in vars(module).items():
        is_own = getattr(value, "__module__", None) == module.__name__
        if name in known_hooks(manager) and is_own and not hasattr(value, f"{PROJECT}_impl"):
            raise Refused(
                "unmarked-hook", f"`{name}` is not marked with @hookimpl, so it would never be called"
            )


def _wrong_arguments(manager: pluggy.PluginManager, error: pluggy.PluginValidationError) -> Refused:
    """Return which hook asks for what it cannot get; pluggy's own text spans lines and names files."""
    name = next((name for name in known_hooks(manager) if f"{name!r}" in str(error)), "a hook")
    caller = getattr(manager.hook, name, None)
    allowed = ", ".join(caller.spec.argnames) if caller is not None and caller.spec else ""
    return Refused(
        "wrong-arguments", f"`{name}` asks for arguments that it cannot get; it may take: {allowed}"
    )


def _nearest(word: str, known: Sequence[str]) -> str:
    ends = {name.removeprefix(f"{PROJECT}_"): name for name in known}
    close = difflib.get_close_matches(word.removeprefix(f"{PROJECT}_"), ends, n=1)
    return f"did you mean `{ends[close[0]]}`?" if close else f"there are: {', '.join(known)}"
