-- The features of one tile as columns, if it holds no more than the ceiling (tiles/mvt.py writes the tile).
--   {places}: id, {columns} (public fields that are texts), map_x, map_y of every feature whose stored position lies in the
--     tile or its buffer
--   {shapes}: id, {columns} and the geometry (EPSG:4326) of every line or area whose box meets the tile with its buffer
--   z, x, y: the tile; shift, west, north: from a stored position to a coordinate in it (4096 units on a side)
-- Columns: is_full, whether there are too many; ids, tile_x, tile_y: arrays in PostgreSQL's binary form, of all points that
-- have {columns} in common; shape: a line or an area in the tile's coordinates as WKB, with one id and no tile_x, tile_y;
-- {columns}. One row with NULLs when nothing is to be drawn. The exact count decides: features whose position lies in the
-- tile itself.
-- Points are placed by their integers alone: nothing is projected or rounded, so that they are where they are counted.
-- Shapes are MATERIALIZED, or the planner takes ST_AsMVTGeom's high price for a reason to start parallel workers: 25 ms.
WITH placed AS MATERIALIZED (
    SELECT id, {columns}, (map_x >> %(shift)s) - %(west)s AS tile_x, (map_y >> %(shift)s) - %(north)s AS tile_y
    FROM ({places}) AS place (id, {columns}, map_x, map_y)
),
shapes AS MATERIALIZED (SELECT * FROM ({shapes}) AS feature (id, {columns}, shape)),
counted AS (
    SELECT count(*) > %(ceiling)s AS is_full
    FROM placed
    WHERE tile_x >= 0 AND tile_x < %(extent)s AND tile_y >= 0 AND tile_y < %(extent)s
),
drawn AS (
    SELECT
        array_send(array_agg(id)) AS ids,
        array_send(array_agg(tile_x)) AS tile_x,
        array_send(array_agg(tile_y)) AS tile_y,
        NULL::bytea AS shape,
        {columns}
    FROM placed
    WHERE NOT (SELECT is_full FROM counted)
    GROUP BY {columns}
    UNION ALL
    SELECT array_send(ARRAY[id]), NULL, NULL, ST_AsBinary(clipped), {columns}
    FROM (
        SELECT
            shapes.*,
            ST_AsMVTGeom(
                ST_Transform(shape, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), %(extent)s, %(buffer)s, true
            ) AS clipped
        FROM shapes
        WHERE NOT (SELECT is_full FROM counted)
        OFFSET 0
    ) AS feature
    WHERE clipped IS NOT NULL
)
SELECT counted.is_full, drawn.* FROM counted LEFT JOIN drawn ON true
