-- One tile of counted cells.
--   {rows}: id, status, map_x, map_y of the features to count, each in a cell that is wholly asked for
--   shift, west, north: from a stored position to a coordinate in the tile (4096 units on a side, y southwards)
--   cell_shift: bits of a position within a cell; open, solved, declined, duplicate: the status codes of each group
-- A cell is a point at the mean position of its features. Exactly: floor(sum / count) of the stored integers, which are
-- never negative, then shifted right; so it lies in its own cell, and whoever has the same integers gets the same point.
-- Properties: count, the counts by group that are not zero, and id where there is one feature, which is then the MVT id
-- too. Rows are in order of the grid, so that equal content is equal bytes.
SELECT ST_AsMVT(cell, %(layer)s, %(extent)s, 'geom', 'feature_id')
FROM (
    SELECT
        CASE WHEN count = 1 THEN id END AS feature_id,
        CASE WHEN count = 1 THEN id END AS id,
        count,
        nullif(open, 0) AS open,
        nullif(solved, 0) AS solved,
        nullif(declined, 0) AS declined,
        nullif(duplicate, 0) AS duplicate,
        ST_Point((sum_x / count >> %(shift)s) - %(west)s, (sum_y / count >> %(shift)s) - %(north)s) AS geom
    FROM (
        SELECT
            cell_x,
            cell_y,
            min(id) AS id,
            sum(count)::bigint AS count,
            sum(sum_x)::bigint AS sum_x,
            sum(sum_y)::bigint AS sum_y,
            sum(count) FILTER (WHERE status = ANY (%(open)s))::bigint AS open,
            sum(count) FILTER (WHERE status = ANY (%(solved)s))::bigint AS solved,
            sum(count) FILTER (WHERE status = ANY (%(declined)s))::bigint AS declined,
            sum(count) FILTER (WHERE status = ANY (%(duplicate)s))::bigint AS duplicate
        FROM (
            -- By status first: words are then compared once a group instead of once a feature.
            SELECT
                map_x >> %(cell_shift)s AS cell_x,
                map_y >> %(cell_shift)s AS cell_y,
                status,
                min(id) AS id,
                count(*) AS count,
                sum(map_x) AS sum_x,
                sum(map_y) AS sum_y
            FROM ({rows}) AS feature (id, status, map_x, map_y)
            GROUP BY 1, 2, 3
        ) AS by_status
        GROUP BY cell_x, cell_y
        ORDER BY cell_y, cell_x
    ) AS counted
) AS cell
