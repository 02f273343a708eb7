"""Pictures of every page of the running demo, and what is wrong with them."""
