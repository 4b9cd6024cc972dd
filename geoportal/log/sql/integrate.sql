-- Moves what waits into the tree, in the order in which it was written down.
-- Inputs: size (leaves that the tree has), most (rows at once). Columns: index, event, entry; in order of index.
-- Rows that somebody holds (a person who leaves) stay for the next time: nobody waits for anybody.
WITH taken AS MATERIALIZED (
    SELECT id FROM log_pending ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
),
gone AS (
    DELETE FROM log_pending USING taken WHERE log_pending.id = taken.id RETURNING log_pending.*
),
leaf AS MATERIALIZED (
    SELECT %(size)s::bigint + row_number() OVER (ORDER BY id) - 1 AS index, gone.* FROM gone
),
entered AS (
    INSERT INTO log_entry (index, entry) SELECT index, entry FROM leaf
),
opened AS (
    INSERT INTO log_opening (index, event, object, model, key, salt)
    SELECT index, event, object, model, key, salt FROM leaf WHERE model <> ''
)
SELECT index, event, entry FROM leaf ORDER BY index
