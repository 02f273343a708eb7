"""Tags of the campaign pages."""
