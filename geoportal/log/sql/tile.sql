-- A complete tile. Inputs: level, index. Columns: hashes, 256 of 32 bytes.
SELECT hashes FROM log_tile WHERE level = %(level)s AND index = %(index)s
