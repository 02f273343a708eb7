"""The programme's endpoints."""
