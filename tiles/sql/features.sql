-- One tile of features, if it holds no more than the ceiling.
--   {rows}: {columns} (public fields, id among them), map_x, map_y, and the shape of a line or an area (EPSG:4326, NULL for
--     a point) of every feature whose box meets the tile with its buffer
--   z, x, y: the tile; shift, west, north: from a stored position to a coordinate in it (4096 units on a side)
-- Two columns: the tile (NULL when there are too many), and whether there are too many. The exact count decides: features
-- whose position lies in the tile itself.
-- Points are placed by their integers alone: nothing is projected or rounded, so that they are where they are counted. In
-- order of id, so that equal content is equal bytes.
WITH near ({columns}, map_x, map_y, shape) AS MATERIALIZED ({rows}),
placed AS (
    SELECT near.*, (map_x >> %(shift)s) - %(west)s AS tile_x, (map_y >> %(shift)s) - %(north)s AS tile_y FROM near
),
counted AS (
    SELECT count(*) > %(ceiling)s AS is_full
    FROM placed
    WHERE tile_x >= 0 AND tile_x < %(extent)s AND tile_y >= 0 AND tile_y < %(extent)s
)
SELECT
    CASE WHEN NOT is_full THEN (
        SELECT ST_AsMVT(feature, %(layer)s, %(extent)s, 'geom', 'feature_id')
        FROM (
            SELECT
                id AS feature_id,
                {columns},
                ST_AsMVTGeom(
                    ST_Transform(shape, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), %(extent)s, %(buffer)s, true
                ) AS geom
            FROM placed
            WHERE shape IS NOT NULL
            UNION ALL
            SELECT id AS feature_id, {columns}, ST_Point(tile_x, tile_y) AS geom
            FROM placed
            WHERE tile_x >= -%(buffer)s AND tile_x < %(extent)s + %(buffer)s
                AND tile_y >= -%(buffer)s AND tile_y < %(extent)s + %(buffer)s
            ORDER BY feature_id
        ) AS feature
    ) END,
    is_full
FROM counted
