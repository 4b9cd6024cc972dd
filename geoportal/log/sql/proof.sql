-- What a proof of one row needs beside hashes: its last entry that commits to something, and the head that is public.
-- Inputs: model, key; event ('': any). Columns: index, salt (NULL: erased), entry; size, root, checkpoint of the head.
-- No row: nothing was logged of it, it has no place yet, or there is no head.
SELECT opening.index, opening.salt, leaf.entry, head.size, head.root, head.checkpoint
FROM log_opening AS opening
INNER JOIN log_entry AS leaf ON leaf.index = opening.index
CROSS JOIN (SELECT size, root, checkpoint FROM log_head ORDER BY size DESC LIMIT 1) AS head
WHERE
    opening.model = %(model)s AND opening.key = %(key)s AND opening.event <> 'log.erased'
    AND %(event)s::text IN ('', opening.event)
ORDER BY opening.index DESC
LIMIT 1
