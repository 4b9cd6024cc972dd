-- The lines and areas of one tile, cut and in its coordinates.
--   {shapes}: id, {columns} and the geometry (EPSG:4326) of every line or area whose box meets the tile with its buffer
--   z, x, y: the tile; buffer in tile units
-- Columns: id, the shape as WKB, {columns}.
-- OFFSET keeps the planner from taking ST_AsMVTGeom's high price for a reason to start parallel workers: 25 ms.
SELECT id, ST_AsBinary(clipped), {columns}
FROM (
    SELECT
        id,
        {columns},
        ST_AsMVTGeom(
            ST_Transform(shape, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), %(extent)s, %(buffer)s, true
        ) AS clipped
    FROM ({shapes}) AS feature (id, {columns}, shape)
    OFFSET 0
) AS feature
WHERE clipped IS NOT NULL
