"""The outside world of the demo and the tests: an SMTP server and an SMS gateway on loopback.

They take what the product sends, keep an append-only log of what they accepted (the truth for
tests that kill the product's processes), read and click like people, and fail on demand.
"""
