"""Lists of definitions, as tables and as JSON documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any  # values of a JSON document

from rehabflow.definitions.exercises import Exercise
from rehabflow.definitions.gates import Gate
from rehabflow.definitions.measures import Assessment
from rehabflow.definitions.protocols import Protocol
from rehabflow.frozen import frozen
from rehabflow.render.page import Block, Line
from rehabflow.render.tables import Table
from rehabflow.render.words import number_text


@frozen
class Listing:
    """A list: its name in the JSON document, its rows there, and the columns of its table (key, heading)."""

    name: str
    rows: tuple[dict[str, Any], ...]
    columns: tuple[tuple[str, str], ...]

    def document(self) -> dict[str, Any]:
        """Return the JSON document."""
        return {"schema": f"rehabflow/{self.name}/1", self.name: list(self.rows)}

    def blocks(self) -> list[Block]:
        """Return the table, or a word that there is nothing."""
        if not self.rows:
            return [Line(f"There are no {self.name}.")]
        rows = tuple(tuple(_cell(row[key]) for key, _ in self.columns) for row in self.rows)
        return [Table(tuple(heading for _, heading in self.columns), rows, indent=0)]


def _cell(value: Any) -> str:  # noqa: ANN401 - JSON
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None else str(value)


def protocols(found: Iterable[tuple[Protocol, str]]) -> Listing:
    """Return the list of protocols, each with the path of its folder."""
    rows = tuple(
        {"id": one.id, "version": one.version, "title": one.title, "status": one.status, "path": path}
        for one, path in found
    )
    return Listing(
        "protocols",
        rows,
        (("id", "Protocol"), ("version", "Version"), ("status", "Status"), ("title", "Title")),
    )


def assessments(found: Iterable[tuple[str, Assessment]]) -> Listing:
    """Return the list of assessments with their owners."""
    rows = tuple(
        {
            "id": one.id,
            "title": one.title,
            "minutes": _number(one.minutes),
            "measures": [measure.id for measure in one.measures],
            "items": len(one.items.ids) if one.items else 0,
            "plugin": owner,
            "path": one.place.file,
        }
        for owner, one in found
    )
    columns = (("id", "Assessment"), ("title", "Title"), ("minutes", "Minutes"), ("plugin", "Plugin"))
    return Listing("assessments", rows, columns)


def exercises(found: Iterable[tuple[str, Exercise]], ladders: Mapping[str, str]) -> Listing:
    """Return the list of exercises with their owners; `ladders` by exercise."""
    rows = tuple(
        {
            "id": one.id,
            "title": one.title,
            "role": one.role,
            "quality": one.quality,
            "demand": one.demand,
            "trains": list(one.trains),
            "equipment": [" or ".join(group) for group in one.equipment],
            "ladder": ladders.get(one.id),
            "plugin": owner,
            "path": one.place.file,
        }
        for owner, one in found
    )
    columns = (
        ("id", "Exercise"),
        ("title", "Title"),
        ("demand", "Demand"),
        ("role", "Role"),
        ("trains", "Trains"),
    )
    return Listing("exercises", rows, columns)


def gates(found: Iterable[tuple[str, str, Gate]]) -> Listing:
    """Return the list of gates: (address, owner, gate)."""
    rows = tuple(
        {
            "id": address,
            "title": gate.title,
            "levels": [effect.word for effect in sorted(gate.levels, reverse=True)],
            "plugin": owner,
            "path": gate.place.file,
        }
        for address, owner, gate in found
    )
    return Listing("gates", rows, (("id", "Gate"), ("title", "Title"), ("levels", "Levels")))


def plugins(rows: Sequence[dict[str, Any]]) -> Listing:
    """Return the list of plugins, also of those switched off."""
    columns = (
        ("id", "Plugin"),
        ("version", "Version"),
        ("status", "Status"),
        ("title", "Title"),
        ("reason", "Why"),
    )
    return Listing("plugins", tuple(rows), columns if any(row["reason"] for row in rows) else columns[:-1])


def _number(value: Decimal) -> int | float | None:
    if not value:
        return None
    text = number_text(value)
    return float(text) if "." in text else int(text)
