"""Backups of the whole portal in one file, and their way back (docs/backup.md, docs/adr/0013)."""
