"""Every hook is told with its exact arguments, runs, and has a test here named after it; so has every reason."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plugins.workshop import Workshop, first_decision, report_of
from rehabflow import hookspecs
from rehabflow.definitions.extensions import Restriction
from rehabflow.registry.codes import CODES
from rehabflow.render.explanations import explanations

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "plugin-developers.md").read_text(encoding="utf-8")
HOOKS = {name: hook for name, hook in vars(hookspecs).items() if name.startswith("rehabflow_")}
PARTS = ["When", "Return", "If it fails", "Since", "Example"]
TOLD_PARTS = ["Called", "Return", "If it fails", "Since"]


def section_of(hook: str) -> str:
    """Return the page's section on a hook."""
    found = re.search(rf"^### `{hook}\([^)]*\)`\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def arguments_of(hook: Callable[..., object]) -> str:
    return ", ".join(inspect.signature(hook).parameters)


def test_there_are_hooks() -> None:
    assert set(HOOKS) == {"rehabflow_definitions", "rehabflow_score_terms", "rehabflow_review"}


def test_the_page_tells_every_hook_with_its_exact_arguments_and_no_other() -> None:
    told = set(re.findall(r"^### `(rehabflow_\w+\([^)]*\))`$", PAGE, re.MULTILINE))
    assert told == {f"{name}({arguments_of(hook)})" for name, hook in HOOKS.items()}


@pytest.mark.parametrize("name", HOOKS)
def test_each_section_says_when_what_and_what_if_it_fails(name: str) -> None:
    section = section_of(name)
    assert re.findall(r"^\*\*(.+?)\*\*", section, re.MULTILINE) == TOLD_PARTS
    assert f"def {name}(" in section


@pytest.mark.parametrize("name", HOOKS)
def test_each_docstring_says_the_same_in_order_with_an_example(name: str) -> None:
    doc = inspect.getdoc(HOOKS[name]) or ""
    assert re.findall(r"^([A-Z][a-z ]+):", doc, re.MULTILINE) == PARTS
    example = re.search(r"```python\n(.*?)```", doc, re.DOTALL)
    assert example is not None
    ast.parse(textwrap.dedent(example[1]))


@pytest.mark.parametrize("name", HOOKS)
def test_each_hook_is_typed_and_has_a_test(name: str) -> None:
    assert "return" in inspect.get_annotations(HOOKS[name])
    assert f"test_hook_{name.removeprefix('rehabflow_')}" in globals()


def test_every_reason_for_quarantine_is_told_and_none_that_does_not_exist() -> None:
    files = sorted((ROOT / "rehabflow" / "registry").glob("*.py"))
    used = {code for file in files for code in codes_of(ast.parse(file.read_text(encoding="utf-8")))}
    rows = re.findall(r"^\| (`[^|]+) \|", PAGE.partition("## Why a plugin is quarantined")[2], re.MULTILINE)
    assert {code for row in rows for code in re.findall(r"`([\w-]+)`", row)} == used


def test_every_reason_for_quarantine_and_every_problem_is_explained() -> None:
    files = sorted((ROOT / "rehabflow" / "registry").glob("*.py"))
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    reasons = {f"plugin-{code}" for tree in trees for code in codes_of(tree)}
    problems = {code for tree in trees for code in codes_of(tree, ("Problem",))}
    assert reasons | problems <= set(explanations())
    assert set(CODES) <= reasons | problems


def codes_of(tree: ast.Module, makers: tuple[str, ...] = ("Failure", "Refused")) -> Iterator[str]:
    """Yield the codes that a module gives: first of what makes a failure or problem, last of `contain`'s."""
    for node in ast.walk(tree):
        given: list[ast.expr] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            given = node.args[3:4] if node.func.id == "contain" and "Failure" in makers else []
            given = node.args[:1] if node.func.id in makers else given
        elif (
            isinstance(node, ast.FunctionDef)
            and node.name in ("contain", "contained")
            and "Failure" in makers
        ):
            given = node.args.defaults
        yield from (
            one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)
        )


HOOK = "from rehabflow import Effect, Restriction, ScoreProvider, contribution, hookimpl\n\n@hookimpl\n"


@pytest.mark.usefixtures("alone")
def test_hook_definitions(workshop: Workshop) -> None:
    code = """\
def rehabflow_definitions(plugin):
    ids = sorted(plugin.contribution.parameters)
    text = "".join(f"[advice.{id_}]\\nshow = ['plan']\\ntext = '{plugin.manifest.title}'\\n" for id_ in ids)
    return contribution(plugin, {"advice.toml": text})
"""
    tables = "[parameter.tall]\nvalue = 190\nunit = 'cm'\nstricter = 'none'\n"
    workshop.plugin("giants", HOOK + code, {"tall.toml": tables})
    own = workshop.load().plugins["giants"].contribution
    assert {id_: advice.text for id_, advice in own.advice.items()} == {"tall": "giants"}
    assert [*own.parameters] == ["tall"]


@pytest.mark.usefixtures("alone")
def test_hook_score_terms(workshop: Workshop) -> None:
    code = """\
def rehabflow_score_terms(plugin):
    return ScoreProvider(plugin.manifest.id, "Any", (), lambda facts, exercise: 0)
"""
    workshop.plugin("giants", HOOK + code)
    workshop.protocol(requires='giants = ">=1"', terms='any = { weight = 1, value = "python.giants" }')
    catalog = workshop.load()
    assert [*catalog.score_terms("small")] == ["giants"]
    (term,) = [term for term in catalog.rulebook("small").selector.terms if term.computed]  # type: ignore[union-attr]
    assert (term.definition.id, term.computed, term.value) == ("any", "giants", None)


@pytest.mark.usefixtures("alone")
def test_hook_review(workshop: Workshop) -> None:
    workshop.plugin(
        "giants", HOOK + "def rehabflow_review(decision):\n    return Restriction(decision.action)\n"
    )
    workshop.protocol(requires='giants = ">=1"')
    catalog = workshop.load()
    (reviewer,) = catalog.reviewers("small")
    assert reviewer(first_decision(catalog)).restrictions == (Restriction("start"),)
    assert report_of(catalog, "giants").hooks == ("rehabflow_definitions", "rehabflow_review")
