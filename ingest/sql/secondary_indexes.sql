-- The indexes of a table that enforce nothing. in: table (name). out: name, the statement that makes it.
SELECT index.relname, pg_get_indexdef(index.oid)
FROM pg_index
JOIN pg_class AS index ON index.oid = pg_index.indexrelid
WHERE pg_index.indrelid = %(table)s::regclass AND NOT pg_index.indisunique
ORDER BY index.relname
