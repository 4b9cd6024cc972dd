"""Receipts: what a person keeps to prove later what they signed, when, and that it stands in the public log.

Everything but ``make.py`` is pure: a receipt is checked without database, network and Django's settings.
"""
