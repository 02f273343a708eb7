"""Endpoints of computed numbers."""
