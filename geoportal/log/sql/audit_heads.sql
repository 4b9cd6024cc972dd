-- All signed heads by size. Columns: size, root (32 bytes), checkpoint (a signed note), signed_at.
SELECT size, root, checkpoint, signed_at FROM log_head ORDER BY size
