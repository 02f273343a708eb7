"""Runs the whole product on one machine: its own servers, and the processes that use them."""
