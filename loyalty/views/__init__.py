"""Pages of the programme: terms and debt, integrity, points changed by hand."""
