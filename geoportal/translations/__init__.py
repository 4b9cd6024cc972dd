"""Collecting what is to be translated, without gettext's own programs: not every machine has them."""
