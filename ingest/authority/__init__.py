"""A certification authority of our own with the national profile: for demonstrations and for tests.

Pure Python without Django. It writes its DER itself (``der.py``), so that a certificate or a signature that
no honest authority would make is as plain to make as a good one: a good recipe with a field replaced.
"""
