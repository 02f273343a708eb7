"""Pages of campaigns: the list, the composer, a run and its report, channels."""
