"""What campaigns decide, as pure functions: no Django, no input or output."""
