"""Plant a bug in the engine by editing the text of one of its functions, for as long as a test lasts."""

from __future__ import annotations

import importlib
import inspect
import sys
import textwrap

import attrs
import pytest


@attrs.frozen
class Bug:
    """In the function `name` (`Class.method`) of a module of the package, `old` becomes `new`."""

    module: str
    name: str
    old: str
    new: str

    def plant(self, patch: pytest.MonkeyPatch) -> None:
        """Replace the function, wherever it was imported; `old` has to be in its text, once."""
        module = importlib.import_module(f"rehabflow.{self.module}")
        owner, _, name = self.name.rpartition(".")
        holder = getattr(module, owner) if owner else module
        real = getattr(holder, name)
        source = textwrap.dedent(inspect.getsource(inspect.unwrap(real)))
        assert source.count(self.old) == 1, f"{self.module}.{self.name} has changed: {self.old!r}\n{source}"
        names: dict[str, object] = {}
        exec(source.replace(self.old, self.new), vars(module), names)
        importers = [one for key, one in sys.modules.items() if key.startswith("rehabflow.")]
        for where in [holder, *(one for one in importers if getattr(one, name, None) is real)]:
            patch.setattr(where, name, names[name])
