"""Endpoints of customers, orders, refunds and consents."""
