-- The reference that the log has for one row.
-- Inputs: model (ingest.submission), key (text). Columns: object uuid. No row: nothing was logged of it.
SELECT object FROM log_pending WHERE model = %(model)s AND key = %(key)s
UNION ALL
SELECT object FROM log_opening WHERE model = %(model)s AND key = %(key)s
LIMIT 1
