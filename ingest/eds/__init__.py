"""Verification of national electronic signatures (EDS): pure Python, without Django. See docs/eds.md."""
