-- Entries of the log in order. Inputs: start (index of the first), count. Columns: entry, bytes.
SELECT entry FROM log_entry WHERE index >= %(start)s AND index < %(start)s + %(count)s ORDER BY index
