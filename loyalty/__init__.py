"""Points as double-entry bookkeeping."""
