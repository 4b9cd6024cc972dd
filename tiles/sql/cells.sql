-- The counted cells of one tile as columns (tiles/cells.py writes the tile), in order of the grid.
--   {rows}: id, status, map_x, map_y of the features to count, each in a cell that is wholly asked for
--   cell_shift: bits of a position within a cell; sub_shift: within a subcell, of which a tile has 256 on a side
--   open, solved, declined, duplicate: the status codes of each group
-- Columns, arrays in PostgreSQL's binary form: x, y, which cell of the grid over the world; count; sum_x, sum_y of the
-- features' subcells within the cell; counts by group; id, map_x, map_y, of the feature where there is one. NULLs when
-- nothing matches. layers/snapshot/cells.py says the same of the same integers.
SELECT
    array_send(array_agg(cell_x::bigint)),
    array_send(array_agg(cell_y::bigint)),
    array_send(array_agg(count)),
    array_send(array_agg(sum_x)),
    array_send(array_agg(sum_y)),
    array_send(array_agg(open)),
    array_send(array_agg(solved)),
    array_send(array_agg(declined)),
    array_send(array_agg(duplicate)),
    array_send(array_agg(id)),
    array_send(array_agg(map_x::bigint)),
    array_send(array_agg(map_y::bigint))
FROM (
    SELECT
        cell_x,
        cell_y,
        sum(count)::bigint AS count,
        sum(sum_x)::bigint AS sum_x,
        sum(sum_y)::bigint AS sum_y,
        coalesce(sum(count) FILTER (WHERE status = ANY (%(open)s)), 0)::bigint AS open,
        coalesce(sum(count) FILTER (WHERE status = ANY (%(solved)s)), 0)::bigint AS solved,
        coalesce(sum(count) FILTER (WHERE status = ANY (%(declined)s)), 0)::bigint AS declined,
        coalesce(sum(count) FILTER (WHERE status = ANY (%(duplicate)s)), 0)::bigint AS duplicate,
        min(id) AS id,
        min(map_x) AS map_x,
        min(map_y) AS map_y
    FROM (
        -- By status first: words are then compared once a group instead of once a feature.
        SELECT
            map_x >> %(cell_shift)s AS cell_x,
            map_y >> %(cell_shift)s AS cell_y,
            status,
            count(*) AS count,
            sum(map_x >> %(sub_shift)s & %(sub_mask)s) AS sum_x,
            sum(map_y >> %(sub_shift)s & %(sub_mask)s) AS sum_y,
            min(id) AS id,
            min(map_x) AS map_x,
            min(map_y) AS map_y
        FROM ({rows}) AS feature (id, status, map_x, map_y)
        GROUP BY 1, 2, 3
    ) AS by_status
    GROUP BY cell_x, cell_y
    ORDER BY cell_y, cell_x
) AS cell
