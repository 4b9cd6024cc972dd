"""From an empty machine to a running portal: `make run` and `make test`.

Everything here uses the standard library only and imports neither Django nor the settings, because it runs
before anything else is installed. Each module takes one thing to its wanted state and does nothing when it is
there already.
"""
