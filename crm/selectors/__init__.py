"""Reads of the customer base."""
