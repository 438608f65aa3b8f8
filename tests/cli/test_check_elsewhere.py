"""`rehabflow check` of a protocol whose trouble lies in a plugin outside the path."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from click.testing import CliRunner

from rehabflow.cli.check import check

PLUGIN = """
[plugin]
id = "strange"
version = "1.0.0"
api = 1
title = "T"
use = "U"
misuse = "M"
default_basis = "consensus"
[gate.strange]
title = "S"
[gate.strange.pause]
when = "nothing.of_that_name"
say = "s"
tell = "t"
"""


def test_a_protocol_that_a_plugin_outside_the_path_makes_unusable_is_an_error(tmp_path: Path) -> None:
    broken = tmp_path / "plugins" / "strange"
    broken.mkdir(parents=True)
    (broken / "plugin.toml").write_text(PLUGIN, encoding="utf-8")
    mine = tmp_path / "protocols" / "mine"
    shutil.copytree(Path(__file__).resolve().parents[2] / "protocols" / "low_back_pain", mine)
    for file in (mine / "protocol.toml", *mine.glob("cases/*.toml")):
        text = file.read_text(encoding="utf-8").replace('"low_back_pain"', '"mine"')
        text = text.replace("[protocol.requires]", '[protocol.requires]\nstrange = ">=1,<2"')
        file.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(check, [str(mine), "--plugins", str(tmp_path / "plugins")])
    assert "error[protocol-unusable]" in result.output
    assert "No errors" not in result.output
    told = re.findall(r"(\S+):\d+:\d+: warning\[protocol-unavailable\]", result.output)
    assert told
    assert len(told) == len(set(told))
