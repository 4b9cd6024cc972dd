-- The hashes above complete tiles that stand side by side: what an incomplete tile of the next level holds.
-- Inputs: level, start (index of the first), count. Columns: root, 32 bytes, in order.
SELECT root FROM log_tile
WHERE level = %(level)s AND index >= %(start)s AND index < %(start)s + %(count)s
ORDER BY index
