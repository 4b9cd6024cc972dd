"""The demonstration's authority, held against other implementations."""
