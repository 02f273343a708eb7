"""The kernel: tenancy, facts, jobs, audit and errors; it knows no other app."""
