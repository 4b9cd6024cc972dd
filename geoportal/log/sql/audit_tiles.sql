-- All complete tiles, level by level. Columns: level, index, hashes (256 of 32 bytes), root (32 bytes).
SELECT level, index, hashes, root FROM log_tile ORDER BY level, index
