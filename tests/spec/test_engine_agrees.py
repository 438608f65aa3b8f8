"""The engine and the oracle decide the same, on random protocols and journeys."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spec.comparing import disagreements, make_case


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(chance=st.randoms(use_true_random=False))
def test_every_decision_is_what_the_oracle_says(chance: Random) -> None:
    case = make_case(chance)
    found = disagreements(case)
    assert not found, "\n".join([*found, *map(str, case.entries), case.text])


@pytest.mark.parametrize("name", ["oracle.py", "oracle_record.py", "oracle_words.py"])
def test_the_oracle_shares_nothing_with_the_package(name: str) -> None:
    tree = ast.parse((Path(__file__).parent / name).read_text(encoding="utf-8"))
    named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    named += [one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names]
    own = {module for module in named if module.startswith("spec.oracle")}
    assert {module.split(".")[0] for module in set(named) - own} <= sys.stdlib_module_names
