"""Definitions made in Python: read as strictly as those of a file, because they are read as one."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from rehabflow.definitions.contributions import Contribution, Plugin
from rehabflow.loading.packages import load_plugin
from rehabflow.problems import FileProblems
from rehabflow.registry.contain import Refused

_BARE: Final = re.compile("[A-Za-z0-9_-]+")


def contribution(plugin: Plugin, files: Mapping[str, str | Mapping[str, object]]) -> Contribution:
    """Return everything the plugin's TOML files say and what further files add.

    Args:
        plugin: what the hook was given.
        files: by a name to show in messages, TOML text, or tables as Python values: str, bool, int, Decimal, date,
            lists, and dicts for tables (`{"gate": {"late": {"title": ..., "pause": {...}}}}`).

    Raises:
        FileProblems: with every problem, if a file would not be accepted.
        TypeError: a value has no form in TOML; a float is one, as it is not exact.
    """
    added = {f"{plugin.manifest.id}:{name}": _text(content) for name, content in files.items()}
    read, problems = load_plugin(plugin.manifest.id, {**plugin.contribution.texts, **added})
    if read is None:
        raise FileProblems(problems)
    return read.contribution


def verified(plugin: Plugin, given: object) -> Plugin:
    """Return the plugin with the definitions that its hook gave, read anew from their texts.

    Raises:
        Refused: it is no Contribution, or one that says anything else than its TOML.
        FileProblems: its TOML has problems.
    """
    if type(given) is not Contribution:
        raise Refused(
            "wrong-type",
            f"rehabflow_definitions returned {a(given)}; it has to return contribution(plugin, files), or None",
        )
    texts = dict(given.texts)
    lost = [name for name, text in plugin.contribution.texts.items() if texts.get(name) != text]
    if lost:
        raise Refused(
            "lost-tables",
            f"rehabflow_definitions left out or changed {lost[0]}; what it returns has to be made by "
            "contribution(plugin, files)",
        )
    read, problems = load_plugin(plugin.manifest.id, texts)
    if read is None:
        raise FileProblems(problems)
    if read.contribution != given:
        raise Refused(
            "not-as-written",
            "rehabflow_definitions returned definitions that are not those of their TOML; what it returns has to be "
            "made by contribution(plugin, files)",
        )
    return read


def a(value: object) -> str:
    """Return what kind of thing a value is, for people: `a dict`, `an int`."""
    name = type(value).__name__
    return f"an {name}" if name[:1].lower() in tuple("aeiou") else f"a {name}"


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    if not isinstance(content, Mapping):
        raise TypeError(f"a file is TOML text or a dict of tables, not {a(content)}")
    return "\n".join(_tables(content, ()))


def _tables(table: Mapping[str, object], path: tuple[str, ...]) -> Iterator[str]:
    inner = {key: value for key, value in table.items() if isinstance(value, Mapping)}
    if path and (len(inner) < len(table) or not table):
        yield f"[{'.'.join(_key(part) for part in path)}]"
    for key, value in table.items():
        if key not in inner:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in inner.items():
        yield from _tables(value, (*path, key))


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key is a text, not {a(key)}")
    return key if _BARE.fullmatch(key) else _quoted(key)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _quoted(value)
        case int():
            return str(value)
        case Decimal():
            return _decimal(value)
        case datetime.date():
            return value.isoformat()
        case Mapping():
            return "{ " + ", ".join(f"{_key(key)} = {_value(part)}" for key, part in value.items()) + " }"
        case list() | tuple():
            return f"[{', '.join(_value(part) for part in value)}]"
    exact = "; write Decimal('0.1') for an exact number" if isinstance(value, float) else ""
    raise TypeError(f"TOML has no form for {a(value)}{exact}")


def _decimal(number: Decimal) -> str:
    if not number.is_finite():
        raise TypeError(f"TOML has no form here for {number}")
    return format(number, "f")
