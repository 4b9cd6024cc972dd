-- Counts and tiles read indexes alone only where the visibility map is fresh, and it is vacuum that freshens it. By
-- default a table of 10 million rows waits for 2 million changes; then nearly every page has been touched once.
-- Takes a lock that neither reads nor writes wait for.
SET LOCAL lock_timeout = '2s';
ALTER TABLE layers_feature SET (
    autovacuum_vacuum_scale_factor = 0.01,
    autovacuum_vacuum_insert_scale_factor = 0.01,
    autovacuum_analyze_scale_factor = 0.02
)
