-- One tile of settlements.
--   {rows}: {columns} (public fields, id among them), map_x, map_y: the integer position (regions/sql/functions.sql)
--   shift, west, north: from a position to a coordinate in the tile (4096 units on a side, y southwards)
-- The largest first, which map libraries keep when labels collide.
SELECT ST_AsMVT(feature, %(layer)s, %(extent)s, 'geom', 'feature_id')
FROM (
    SELECT id AS feature_id, {columns}, ST_Point(tile_x, tile_y) AS geom
    FROM (
        SELECT
            settlement.*,
            (map_x >> %(shift)s) - %(west)s AS tile_x,
            (map_y >> %(shift)s) - %(north)s AS tile_y
        FROM ({rows}) AS settlement ({columns}, map_x, map_y)
    ) AS placed
    WHERE tile_x >= -%(buffer)s AND tile_x < %(extent)s + %(buffer)s
        AND tile_y >= -%(buffer)s AND tile_y < %(extent)s + %(buffer)s
    ORDER BY population DESC, id
) AS feature
