-- One tile of features, if it holds no more than the ceiling.
--   {places}: {columns} (public fields, id among them), map_x, map_y of every feature whose stored position lies in the
--     tile or its buffer
--   {shapes}: {columns} and the geometry (EPSG:4326) of every line or area whose box meets the tile with its buffer
--   z, x, y: the tile; shift, west, north: from a stored position to a coordinate in it (4096 units on a side)
-- Two columns: the tile (NULL when there are too many), and whether there are too many. The exact count decides: features
-- whose position lies in the tile itself.
-- Points are placed by their integers alone: nothing is projected or rounded, so that they are where they are counted. In
-- order of id, a shape before its point, so that equal content is equal bytes. A shape that does not meet the tile becomes
-- NULL there, and ST_AsMVT leaves it out.
-- Shapes are MATERIALIZED, or the planner takes ST_AsMVTGeom's high price for a reason to start parallel workers: 25 ms.
WITH placed AS MATERIALIZED (
    SELECT {columns}, (map_x >> %(shift)s) - %(west)s AS tile_x, (map_y >> %(shift)s) - %(north)s AS tile_y
    FROM ({places}) AS place ({columns}, map_x, map_y)
),
shapes AS MATERIALIZED (SELECT * FROM ({shapes}) AS feature ({columns}, shape)),
counted AS (
    SELECT count(*) > %(ceiling)s AS is_full
    FROM placed
    WHERE tile_x >= 0 AND tile_x < %(extent)s AND tile_y >= 0 AND tile_y < %(extent)s
)
SELECT
    CASE WHEN NOT is_full THEN (
        SELECT ST_AsMVT(feature, %(layer)s, %(extent)s, 'geom', 'feature_id')
        FROM (
            SELECT id AS feature_id, {columns}, geom
            FROM (
                SELECT
                    {columns},
                    0 AS part,
                    ST_AsMVTGeom(
                        ST_Transform(shape, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), %(extent)s, %(buffer)s, true
                    ) AS geom
                FROM shapes
                UNION ALL
                SELECT {columns}, 1 AS part, ST_Point(tile_x, tile_y) AS geom
                FROM placed
            ) AS drawn
            ORDER BY id, part
        ) AS feature
    ) END,
    is_full
FROM counted
