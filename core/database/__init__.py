"""Ways of talking to PostgreSQL that the ORM has no words for."""
