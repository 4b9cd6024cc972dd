"""From the outbox into the tree, and its heads signed. The worker does it all the time.

Two transactions, each under the same lock, each true to what the database holds:

1. *Integrate*: rows leave the outbox and become leaves, complete tiles are stored.
2. *Sign*: the head of what is committed is signed, noted beside the key (geoportal/log/high_water.py), and
   stored, which makes it public.

A crash after 1 leaves a tree ahead of its head, which the next round signs. A crash in 2 leaves at most a
signature that nobody has seen, of a tree that is committed and only grows. So there is never a fork.
"""
