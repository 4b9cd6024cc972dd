-- References whose salts were erased. Columns: object, index of the last entry that says so; one that waits for its place
-- comes after all that have theirs.
SELECT object, max(index) FROM (
    SELECT object, index FROM log_opening WHERE event = 'log.erased'
    UNION ALL
    SELECT object, 9223372036854775807 FROM log_pending WHERE event = 'log.erased'
) AS said
GROUP BY object
