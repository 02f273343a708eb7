"""Pages of the kernel: jobs, audit log, API keys, facts, search."""
