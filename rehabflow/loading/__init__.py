"""TOML to definitions and journeys, strictly: every problem of a file in one go, with its place."""

from __future__ import annotations

from rehabflow.loading.folders import read_plugin_folder, read_protocol_folder
from rehabflow.loading.packages import load_manifest, load_plugin, load_protocol

__all__ = ["load_manifest", "load_plugin", "load_protocol", "read_plugin_folder", "read_protocol_folder"]
