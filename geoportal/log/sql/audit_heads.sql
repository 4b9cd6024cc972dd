-- All signed heads by size. Columns: size, root (32 bytes), checkpoint (a signed note), signed_at (held within the years
-- that Python has: a head of another, such as 'infinity', must not keep the audit from going on).
SELECT size, root, checkpoint, least(greatest(signed_at, '0002-01-01 00:00+00'), '9998-12-31 00:00+00')
FROM log_head ORDER BY size
