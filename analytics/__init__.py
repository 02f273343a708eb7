"""Numbers derived from the rest, safe to drop and rebuild."""
