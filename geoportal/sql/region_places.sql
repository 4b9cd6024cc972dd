-- Where each region of a generation lies: its box, and the point in it that is farthest from its border, for a label.
-- in:  generation (id)
-- out: code, west, south, east, north, lon, lat (degrees of EPSG:4326)
-- The label's point is sought in the shape simplified for zoom 5 where there is one: thousands of vertices less, and
-- a label needs no metres.
SELECT
    region.code,
    ST_XMin(region.geom) AS west,
    ST_YMin(region.geom) AS south,
    ST_XMax(region.geom) AS east,
    ST_YMax(region.geom) AS north,
    ST_X(label.point) AS lon,
    ST_Y(label.point) AS lat
FROM regions_region AS region
LEFT JOIN regions_regionshape AS shape ON shape.region_id = region.id AND shape.zoom = 5
CROSS JOIN LATERAL (
    SELECT ST_Transform(
        (ST_MaximumInscribedCircle(coalesce(shape.geom, ST_Transform(region.geom, 3857)))).center, 4326
    ) AS point
) AS label
WHERE region.generation_id = %(generation)s
ORDER BY region.code
