-- All entries with what opens them, in order. Columns: index, entry, and event, object, model, key, salt of the opening
-- (all NULL where there is none).
SELECT log_entry.index, log_entry.entry, opening.event, opening.object, opening.model, opening.key, opening.salt
FROM log_entry LEFT JOIN log_opening AS opening ON opening.index = log_entry.index
ORDER BY log_entry.index
