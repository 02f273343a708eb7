"""The demo workspace: real orders, invented people, and the story told on its first page."""
