"""What screens are made of: shapes of components, charts, lists, notes, the frame around them."""
