"""What every request passes: who comes, from where, and what may be kept of the answer."""
