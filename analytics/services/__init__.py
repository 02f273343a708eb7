"""Writes: one verb a function, keyword-only, one transaction."""
