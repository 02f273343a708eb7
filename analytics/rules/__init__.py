"""Arithmetic of the base: scores, thresholds, the lifecycle book and cohorts."""
