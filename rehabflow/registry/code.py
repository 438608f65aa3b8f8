"""Importing the Python of a plugin; only ever called for one that is trusted, inside `contain`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

from rehabflow.registry.contain import Refused
from rehabflow.registry.found import PythonCode


def imported(plugin: str, code: PythonCode) -> ModuleType:
    """Return the module of a plugin's code.

    Raises:
        Refused: another module than the one beside the manifest answers to its name.
    """
    return _installed(code) if code.module else _of_folder(plugin, code.file)


def _of_folder(plugin: str, file: Path) -> ModuleType:
    """Run a `plugin.py`; nothing is written beside it."""
    name = f"rehabflow_plugin_{plugin}"
    module = ModuleType(name)
    module.__file__ = str(file)
    source = compile(file.read_bytes(), str(file), "exec", dont_inherit=True)
    before = sys.modules.get(name)
    sys.modules[name] = module  # dataclasses and attrs look their own module up
    try:
        exec(source, module.__dict__)  # noqa: S102 - the person who asked said that this folder is trusted
    except BaseException:
        _restore(name, before)
        raise
    return module


def _restore(name: str, before: ModuleType | None) -> None:
    if before is None:
        del sys.modules[name]
    else:
        sys.modules[name] = before


def _installed(code: PythonCode) -> ModuleType:
    module = importlib.import_module(code.module)
    file = getattr(module, "__file__", None)
    if file is None or Path(file).resolve() != code.file.resolve():
        raise Refused("other-module", f"`{code.module}` is not the module beside its manifest, but {file}")
    return module
