"""Fixtures that every test may use."""

from tests.browser import browser

__all__ = ["browser"]
