"""A sentence in the three languages of the portal."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sentence:
    kk: str
    ru: str
    en: str
