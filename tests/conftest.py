"""Fixtures that every test may use."""

from tests.browser import browser
from tests.flushing import flush_append_only

__all__ = ["browser", "flush_append_only"]
