"""Pure arithmetic: no Django, no I/O."""
