"""What we say, to whom, and what came of it."""
