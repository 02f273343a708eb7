"""People and what they did: customers, consents, orders, products and imports."""
