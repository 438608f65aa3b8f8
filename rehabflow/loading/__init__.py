"""TOML to definitions and journeys, strictly: every problem of a file in one go, with its place."""

from __future__ import annotations

from rehabflow.loading.folders import read_bytes, read_plugin_folder, read_protocol_folder
from rehabflow.loading.journeys import load_journeys
from rehabflow.loading.known import CatalogLookup, Known, Lookup
from rehabflow.loading.packages import load_manifest, load_plugin, load_protocol
from rehabflow.loading.schema import FILE_KINDS, json_schema

__all__ = [
    "FILE_KINDS",
    "CatalogLookup",
    "Known",
    "Lookup",
    "json_schema",
    "load_journeys",
    "load_manifest",
    "load_plugin",
    "load_protocol",
    "read_bytes",
    "read_plugin_folder",
    "read_protocol_folder",
]
