"""Doors without a sign-in: the links in messages, and providers' calls."""
