-- One tile of regions.
--   {rows}: {columns} (public fields, id among them) and the shape simplified for this zoom (EPSG:3857)
--   z, x, y: the tile; buffer in tile units
-- Oblasts before rayons, in order of code, so that equal content is equal bytes. Shapes are drawn to a pixel, 8 units, and
-- rounded here to one: neighbours round the vertices that they share alike.
SELECT ST_AsMVT(feature, %(layer)s, %(extent)s, 'geom', 'feature_id')
FROM (
    SELECT
        id AS feature_id,
        {columns},
        ST_AsMVTGeom(shape, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), %(extent)s, %(buffer)s, true) AS geom
    FROM ({rows}) AS region ({columns}, shape)
    WHERE shape && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => %(buffer)s / %(extent)s::double precision)
    ORDER BY level, code
) AS feature
