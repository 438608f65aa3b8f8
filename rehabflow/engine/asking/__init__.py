"""What to ask next: what is missing and could change the decision, who must agree, and what is due."""

from __future__ import annotations

from rehabflow.engine.asking.needs import needs_of
from rehabflow.engine.asking.settle import settle_line

__all__ = ["needs_of", "settle_line"]
