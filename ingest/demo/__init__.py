"""The demonstration country: invented needs, initiatives and problems around the real settlements.

Read in the order in which a row comes about: ``dice`` (chance), ``places`` (where people live), ``mix`` (what
is reported there), ``times`` (when), ``scatter`` and ``shapes`` (where exactly), ``lives`` (what became of
it), ``texts`` (in whose words); ``generate`` puts them together and ``seed`` writes them.
"""
