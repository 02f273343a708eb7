"""Reads: frozen figures for pages, files and the API."""
