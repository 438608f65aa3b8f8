"""A zoo of plugins that misbehave: each is named with its reason and line, and everything else goes on."""

from __future__ import annotations

import builtins
import decimal
import sys

import attrs
import pytest

from plugins.workshop import STAIRS, Workshop, installed_site, report_of
from rehabflow.problems import PluginError
from rehabflow.registry import load_catalog

HOOKS = "from rehabflow import ScoreProvider, contribution, hookimpl\n"
BY_CONTRIBUTION = "contribution(plugin, files)"


@attrs.frozen
class Animal:
    """A plugin's code, and what has to be told of it; a reason may end in `...`, where Python's own words follow."""

    code: str
    told: str
    reason: str
    where: str = ""

    def is_told(self, reason: str, folder: str) -> bool:
        expected = self.reason.replace("{folder}", folder)
        if expected.endswith("..."):
            return reason.startswith(expected.removesuffix("..."))
        return reason == expected


def definitions(body: str) -> str:
    """Return code whose hook for definitions has this body; line 5 is its first."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f"{HOOKS}\n@hookimpl\ndef rehabflow_definitions(plugin):\n{lines}\n"


def scores(body: str) -> str:
    return definitions(body).replace("rehabflow_definitions", "rehabflow_score_terms")


ZOO = {
    "raises at import": Animal(
        "1 / 0\n", "import-failed", "it raised ZeroDivisionError: division by zero", "plugin.py:1"
    ),
    "exits at import": Animal(
        "import sys\nsys.exit(3)\n", "import-failed", "it called sys.exit(3)", "plugin.py:2"
    ),
    "exits without a word": Animal(
        "raise SystemExit\n", "import-failed", "it called sys.exit(None)", "plugin.py:1"
    ),
    "raises what is no Exception": Animal(
        "class Odd(BaseException): pass\nraise Odd('far')\n",
        "import-failed",
        "it raised Odd: far",
        "plugin.py:2",
    ),
    "interrupts": Animal(
        "raise KeyboardInterrupt\n", "import-failed", "it raised KeyboardInterrupt", "plugin.py:1"
    ),
    "is not Python": Animal("def x(:\n", "import-failed", "it raised SyntaxError: ...", "plugin.py:1"),
    "holds a NUL": Animal("x = '\0'\n", "import-failed", "it raised ..."),
    "imports what is not there": Animal(
        "\nimport nowhere_at_all\n",
        "import-failed",
        "it raised ModuleNotFoundError: No module named 'nowhere_at_all'",
        "plugin.py:2",
    ),
    "never stops calling itself": Animal(
        "def again(): again()\nagain()\n",
        "import-failed",
        "it raised RecursionError: maximum recursion depth exceeded...",
        "plugin.py:1",
    ),
    "raises what cannot be told": Animal(
        "class Mute(Exception):\n    def __str__(self): raise self\nraise Mute\n",
        "import-failed",
        "it raised Mute: a text that cannot be read",
        "plugin.py:3",
    ),
    "asks at the terminal": Animal(
        "name = input('Your name? ')\n",
        "import-failed",
        "it raised EOFError: EOF when reading a line",
        "plugin.py:1",
    ),
    "fails deep in somebody else's code": Animal(
        "import json\n\ndef read(text):\n    return json.loads(text)\n\nread('{')\n",
        "import-failed",
        "it raised JSONDecodeError: ...",
        "plugin.py:4",
    ),
    "misspells a hook": Animal(
        f"{HOOKS}@hookimpl\ndef rehabflow_definition(plugin): pass\n",
        "unknown-hook",
        "there is no hook `rehabflow_definition`; did you mean `rehabflow_definitions`?",
    ),
    "invents a hook": Animal(
        f"{HOOKS}@hookimpl\ndef rehabflow_zzz(): pass\n",
        "unknown-hook",
        "there is no hook `rehabflow_zzz`; there are: rehabflow_definitions, rehabflow_review, rehabflow_score_terms",
    ),
    "forgets to mark a hook": Animal(
        f"{HOOKS}def rehabflow_review(decision): pass\n",
        "unmarked-hook",
        "`rehabflow_review` is not marked with @hookimpl, so it would never be called",
    ),
    "misspells an argument": Animal(
        f"{HOOKS}@hookimpl\ndef rehabflow_review(decison): pass\n",
        "wrong-arguments",
        "`rehabflow_review` asks for arguments that it cannot get; it may take: decision",
    ),
    "raises in a hook": Animal(
        definitions("raise ValueError('no norms today')"),
        "hook-failed",
        "it raised ValueError: no norms today",
        "plugin.py:5",
    ),
    "exits in a hook": Animal(
        definitions("raise SystemExit(0)"), "hook-failed", "it called sys.exit(0)", "plugin.py:5"
    ),
    "returns a dict": Animal(
        definitions("return {}"),
        "wrong-type",
        f"rehabflow_definitions returned a dict; it has to return {BY_CONTRIBUTION}, or None",
    ),
    "returns a generator": Animal(
        definitions("while True:\n    yield plugin"),
        "unstable",
        "rehabflow_definitions gave two answers to one question",
    ),
    "returns a contribution made by hand": Animal(
        definitions(
            "from rehabflow.definitions.contributions import Contribution\nreturn Contribution('animal')"
        ),
        "lost-tables",
        "rehabflow_definitions left out or changed {folder}/plugin.toml; what it returns has to be made by "
        f"{BY_CONTRIBUTION}",
    ),
    "takes a gate out": Animal(
        definitions("import attrs\nreturn attrs.evolve(plugin.contribution, gates={})"),
        "not-as-written",
        "rehabflow_definitions returned definitions that are not those of their TOML; what it returns has to be made "
        f"by {BY_CONTRIBUTION}",
    ),
    "declares what its files declare": Animal(
        definitions(
            "return contribution(plugin, {'twice.toml': {'parameter': {'floors_to_load': {\n"
            "    'value': 1, 'unit': '1', 'stricter': 'none'}}}})"
        ),
        "file-problems",
        "its files have a problem at animal:twice.toml:1:12: `parameter.floors_to_load` is in "
        "{folder}/stairs.toml already",
        "plugin.py:5",
    ),
    "answers differently each time": Animal(
        f"import itertools\n{definitions('return contribution(plugin, {')}".replace(
            "    return contribution(plugin, {",
            "    limit = {'value': next(LIMITS), 'unit': '1', 'stricter': 'none'}\n"
            "    return contribution(plugin, {'x.toml': {'parameter': {'x': limit}}})\n\nLIMITS = itertools.count(1)",
        ),
        "unstable",
        "rehabflow_definitions gave two answers to one question",
    ),
    "offers scores without end": Animal(
        scores("def one(facts, exercise): return 1\nwhile True:\n    yield ScoreProvider('x', 'X', (), one)"),
        "too-many",
        "it gave more than 1,000 results",
    ),
    "wraps a hook in a list without end": Animal(
        definitions("import itertools\nyield\nreturn itertools.count()").replace(
            "@hookimpl", "@hookimpl(wrapper=True)"
        ),
        "too-many",
        "it gave more than 1,000 results",
    ),
    "offers a number": Animal(
        scores("return [1]"), "wrong-type", "rehabflow_score_terms gave int, not ScoreProvider"
    ),
    "offers a text": Animal(
        scores("return 'x'"), "wrong-type", "rehabflow_score_terms gave str, not ScoreProvider"
    ),
    "offers one score twice": Animal(
        scores("return [ScoreProvider('x', 'X', (), len)] * 2"),
        "same-score",
        "the score `x` is offered twice",
    ),
    "offers a score that reads a list": Animal(
        scores("return ScoreProvider('x', 'X', ['pain'], len)"),
        "wrong-type",
        "`reads` of the score `x` is not a tuple of facts' names",
    ),
    "offers a score without code": Animal(
        scores("return ScoreProvider('x', 'X', (), 1)"),
        "wrong-type",
        "`compute` of the score `x` cannot be called",
    ),
    "offers a score without a name": Animal(
        scores("return ScoreProvider('', 'X', (), len)"),
        "wrong-type",
        "the id of a ScoreProvider is ''; it has to be a name",
    ),
    "offers a score without a title": Animal(
        scores("return ScoreProvider('x', '', (), len)"), "wrong-type", "the score `x` has no title"
    ),
    "compares itself and fails": Animal(
        scores(
            "class Wild(str):\n    def __eq__(self, other): raise RuntimeError('no')\n"
            "    __hash__ = str.__hash__\nreturn ScoreProvider('x', Wild('X'), (), len)"
        ),
        "wrong-type",
        "the score `x` has no title",
    ),
    "replaces a function of rehabflow": Animal(
        "import rehabflow.engine.gates\nrehabflow.engine.gates.may = lambda *given: True\n",
        "changed-rehabflow",
        "its code replaced rehabflow.engine.gates.may; that was put back",
    ),
    "replaces a method of rehabflow": Animal(
        "from rehabflow.engine.facts import Facts\nFacts.fact = None\n",
        "changed-rehabflow",
        "its code replaced rehabflow.engine.facts.Facts.fact; that was put back",
    ),
    "replaces a builtin": Animal(
        "import builtins\nbuiltins.max = min\n",
        "changed-rehabflow",
        "its code replaced builtins.max; that was put back",
    ),
}


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("name", ZOO)
def test_each_animal_is_named_with_its_reason_and_line(workshop: Workshop, name: str) -> None:
    animal = ZOO[name]
    folder = workshop.plugin("animal", animal.code, {"stairs.toml": STAIRS})
    workshop.plugin("lamb", files={"stairs.toml": STAIRS})
    workshop.protocol(requires='lamb = ">=1"')
    workshop.protocol("needy", requires='animal = ">=1"')
    catalog = workshop.load()
    report = report_of(catalog, "animal")
    assert (report.state, report.code, report.where) == ("quarantined", animal.told, animal.where)
    assert animal.is_told(report.reason, folder.as_posix()), report.reason
    assert report.manifest is not None, "list and show still know who it is"
    assert report_of(catalog, "lamb").state == "active"
    assert catalog.rulebook("small").owners == ("lamb", "small")
    assert "animal" not in catalog.plugins
    with pytest.raises(PluginError) as refused:
        catalog.rulebook("needy")
    where = f" ({report.where})" if report.where else ""
    assert str(refused.value) == (
        f"the protocol `needy` needs the plugin `animal`, which is quarantined: {report.reason}{where}"
    )


@pytest.mark.usefixtures("alone")
def test_what_was_replaced_is_put_back(workshop: Workshop) -> None:
    from rehabflow.engine import gates
    from rehabflow.engine.facts import Facts

    before = gates.may, Facts.fact, builtins.max
    for number, name in enumerate(name for name in ZOO if name.startswith("replaces")):
        workshop.plugin(f"animal_{number}", ZOO[name].code)
    workshop.load()
    assert (gates.may, Facts.fact, builtins.max) == before


@pytest.mark.usefixtures("alone")
def test_what_a_plugin_prints_stays_off_the_output_and_is_kept(
    workshop: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    code = f"print('loaded')\n{definitions('print(7)')}"
    workshop.plugin("chatty", code)
    report = report_of(workshop.load(), "chatty")
    assert capsys.readouterr().out == ""
    assert (report.state, report.printed) == ("active", "loaded\n7\n7\n")


@pytest.mark.usefixtures("alone")
def test_only_the_beginning_of_what_is_printed_is_kept(workshop: Workshop) -> None:
    workshop.plugin("chatty", "for _ in range(9_999):\n    print('bla')\n")
    assert len(report_of(workshop.load(), "chatty").printed) == 4_000


@pytest.mark.usefixtures("alone")
def test_a_changed_decimal_context_ends_with_the_call(workshop: Workshop) -> None:
    workshop.plugin("coarse", "import decimal\ndecimal.getcontext().prec = 2\n")
    precision = decimal.getcontext().prec
    workshop.load()
    assert decimal.getcontext().prec == precision


@pytest.mark.usefixtures("alone")
def test_the_terminal_is_given_back(workshop: Workshop) -> None:
    workshop.plugin("greedy", "import sys\nsys.stdout = sys.stdin = None\nraise ValueError\n")
    before = sys.stdin, sys.stdout
    workshop.load()
    assert (sys.stdin, sys.stdout) == before


@pytest.mark.usefixtures("alone")
def test_two_plugins_that_offer_one_score_are_both_named(workshop: Workshop) -> None:
    code = scores("return ScoreProvider('near', 'Near', (), lambda facts, exercise: 1)")
    workshop.plugin("here", code)
    workshop.plugin("there", code)
    catalog = workshop.load()
    reason = "the score `near` is offered by here and by there; rename one"
    assert [(report.id, report.reason) for report in catalog.reports] == [("here", reason), ("there", reason)]


@pytest.mark.usefixtures("alone")
def test_what_needs_a_plugin_that_fails_at_import_is_quarantined_too(workshop: Workshop) -> None:
    from plugins.workshop import manifest

    workshop.plugin("animal", "1 / 0\n")
    workshop.plugin("rider", head=manifest("rider", requires='animal = ">=1"'))
    report = report_of(workshop.load(), "rider")
    assert report.reason == (
        "it needs animal, which is quarantined: it raised ZeroDivisionError: division by zero (plugin.py:1)"
    )


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    "name", ["raises at import", "exits at import", "misspells a hook", "raises in a hook"]
)
def test_installed_animals_are_contained_as_well(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    animal = ZOO[name]
    workshop.package("animal", animal.code)
    installed_site(workshop, monkeypatch)
    report = report_of(load_catalog(allow=["animal"]), "animal")
    assert (report.code, report.reason) == (animal.told, animal.reason)
    assert report.where == animal.where.replace("plugin.py", "__init__.py")


def test_the_bundled_protocol_runs_beside_the_whole_zoo(workshop: Workshop) -> None:
    for number, animal in enumerate(ZOO.values()):
        workshop.plugin(f"animal_{number:02}", animal.code, {"stairs.toml": STAIRS})
    catalog = workshop.load()
    quarantined = [report.id for report in catalog.reports if report.is_quarantined]
    assert len(quarantined) == len(ZOO)
    assert catalog.rulebook("low_back_pain").protocol.id == "low_back_pain"


@pytest.mark.usefixtures("alone")
def test_a_persons_own_interrupt_is_not_contained(workshop: Workshop) -> None:
    workshop.plugin("slow", "import signal\nsignal.raise_signal(signal.SIGINT)\n")
    with pytest.raises(KeyboardInterrupt):
        workshop.load()
