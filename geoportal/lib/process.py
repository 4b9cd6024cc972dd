"""What kind of process this is. Said before settings are read, by the module that a process starts with."""

# Web processes alone go through a pooler: commands and the worker hold locks of a session and listen.
serves_web = False


def is_web() -> None:
    """This process answers requests (geoportal/wsgi.py)."""
    global serves_web
    serves_web = True
