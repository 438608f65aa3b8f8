"""The compiled reading: one generated function for a group of conditions over a flat list of whole numbers.

Only text written here is compiled: names of the author appear as positions, never as names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final, TypeAlias

from rehabflow.conditions.answering import truth
from rehabflow.conditions.checked import Checked
from rehabflow.conditions.nodes import Logic, NamedNode, Node, Not
from rehabflow.conditions.possible import Truth
from rehabflow.conditions.rails import Emitter, Rails
from rehabflow.conditions.slots import Slot, Slots
from rehabflow.conditions.world import World
from rehabflow.frozen import frozen

Trace: TypeAlias = "tuple[int, bool, bool, tuple[int, ...], tuple[Trace, ...]]"
"""(index into `Group.nodes`, surely true, surely false, the slots' numbers of a leaf, the parts)."""

_VARIABLE: Final = re.compile(r"\bv[0-9]+\b")
_CONSTANTS: Final = {"T": Truth.TRUE, "F": Truth.FALSE, "U": Truth.UNKNOWN}


@frozen(eq=False)
class Tracing:
    """What tells of every part, and the nodes that it points to."""

    traces: Callable[[Sequence[int]], tuple[Trace, ...]]
    nodes: tuple[tuple[Node, str], ...]


@frozen(eq=False)
class Group:
    """Conditions compiled together.

    `keys` are the slots of the flat list in order. `truths` and `traces` take such a list and answer in the order
    of `names`. `open_to_reference`: conditions whose "unknown" is not final, since the case split may decide them
    or an undefined operation makes them an error.
    """

    names: tuple[str, ...]
    conditions: tuple[Checked, ...]
    keys: tuple[Slot, ...]
    truths: Callable[[Sequence[int]], tuple[Truth, ...]]
    open_to_reference: frozenset[str]
    _tracing: Callable[[], Tracing]

    @property
    def traces(self) -> Callable[[Sequence[int]], tuple[Trace, ...]]:
        """Return the function that tells what every part gave; compiled once, when it is first asked for."""
        return self._tracing().traces

    @property
    def nodes(self) -> tuple[tuple[Node, str], ...]:
        """Return the nodes (with their text) that traces point to."""
        return self._tracing().nodes

    def fill(self, world: World) -> list[int]:
        """Return the flat list for a world."""
        values: list[int] = []
        for slot in self.keys:
            values += slot.numbers(slot.read(world))
        return values

    def evaluate(self, world: World) -> dict[str, Truth]:
        """Return the answer of every condition, always that of the reference reading."""
        answers = dict(zip(self.names, self.truths(self.fill(world)), strict=True))
        for name, checked in zip(self.names, self.conditions, strict=True):
            if answers[name] is Truth.UNKNOWN and name in self.open_to_reference:
                answers[name] = truth(checked, world)
        return answers


def compile_group(conditions: Mapping[str, Checked]) -> Group:
    """Compile conditions into one function over one flat list."""
    slots = Slots()
    emitter = Emitter(slots)
    answers = []
    for checked in conditions.values():
        rails = emitter.rails(checked.tree)
        first, second = f"F if {rails.false}", f"T if {rails.true}"
        if checked.polarity == "permits":
            first, second = second, first
        answers.append(f"{first} else {second} else U")
    writer = _TraceWriter(emitter)
    traces = [writer.write(checked.tree, checked.text) for checked in conditions.values()]
    width = slots.width  # of parts too: a condition too deep for rails is one slot, its parts are others

    @cache
    def tracing() -> Tracing:
        return Tracing(_function(width, traces, writer.lines), tuple(writer.nodes))

    return Group(
        names=tuple(conditions),
        conditions=tuple(conditions.values()),
        keys=tuple(slots.all),
        truths=_function(width, answers),
        open_to_reference=frozenset(
            name for name, checked in conditions.items() if checked.cuts or checked.can_be_undefined
        ),
        tracing=tracing,
    )


class _TraceWriter:
    """Writes the statements that work out every part of a condition, decided or not, and its nested tuple."""

    def __init__(self, emitter: Emitter) -> None:
        self.emitter = emitter
        self.nodes: list[tuple[Node, str]] = []
        self.lines: list[str] = []

    def write(self, node: Node, source: str) -> str:
        """Return the variable that holds the tuple of a node."""
        index = len(self.nodes)
        self.nodes.append((node, source))
        children, rails, numbers = self._parts(node, source)
        self.lines.append(f"t{index} = bool({rails.true})")
        self.lines.append(f"f{index} = bool({rails.false})")
        inside = "".join(f"r{child}, " for child in children)
        self.lines.append(f"r{index} = ({index}, t{index}, f{index}, ({numbers}), ({inside}))")
        return f"r{index}"

    def _parts(self, node: Node, source: str) -> tuple[list[int], Rails, str]:
        parts: tuple[Node, ...]
        match node:
            case Not(operand=operand):
                parts = (operand,)
            case Logic():
                parts = node.parts
            case NamedNode(named=named):
                parts, source = (named.condition.tree,), named.condition.text
            case _:
                rails = self.emitter.rails(node)
                return [], rails, _variables(rails)
        children = [int(self.write(part, source)[1:]) for part in parts]
        true, false = [f"t{child}" for child in children], [f"f{child}" for child in children]
        if isinstance(node, Not):
            return children, Rails(false[0], true[0]), ""
        joint, other = ("or", "and") if isinstance(node, Logic) and node.sign == "or" else ("and", "or")
        return children, Rails(f" {joint} ".join(true), f" {other} ".join(false)), ""


def _variables(rails: Rails) -> str:
    """Return the slots' variables that a leaf reads, each once, as the inside of a tuple."""
    found = dict.fromkeys(_VARIABLE.findall(f"{rails.true} {rails.false}"))
    return "".join(f"{name}, " for name in sorted(found, key=lambda name: int(name[1:])))


def _function(
    width: int, answers: Sequence[str], lines: Sequence[str] = ()
) -> Callable[[Sequence[int]], Any]:
    """Compile the function that takes the flat list and gives these answers; Any: what `exec` makes has no type."""
    unpack = f"    {''.join(f'v{index}, ' for index in range(width))}= values\n" if width else ""
    text = (
        "def answer(values, T=T, F=F, U=U):\n"
        f"{unpack}{''.join(f'    {line}{chr(10)}' for line in lines)}"
        f"    return ({''.join(f'{answer}, ' for answer in answers)})\n"
    )
    space: dict[str, Any] = dict(_CONSTANTS)
    exec(compile(text, "<conditions>", "exec"), space)  # noqa: S102  # generated above, from positions and numbers
    found: Callable[[Sequence[int]], Any] = space["answer"]
    return found
