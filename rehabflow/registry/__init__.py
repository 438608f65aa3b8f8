"""Plugins: found, read, trusted, called one at a time, and quarantined with a reason when they fail."""

from __future__ import annotations

from rehabflow.registry.contributing import contribution
from rehabflow.registry.opening import OpenCatalog, load_catalog
from rehabflow.registry.reports import PluginReport

__all__ = ["OpenCatalog", "PluginReport", "contribution", "load_catalog"]
