"""Writes: recomputing what is derived, one transaction a run."""
