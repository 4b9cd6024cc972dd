-- Cuts every region of a generation into pieces of few vertices, so that "which region is this point in?" is short.
-- in:  generation (id), vertices (at most, at least 5). Geometry is EPSG:4326.
-- out: rows of regions_regionpiece.
INSERT INTO regions_regionpiece (region_id, geom)
SELECT region.id, part.geom
FROM regions_region AS region
CROSS JOIN LATERAL ST_Subdivide(region.geom, %(vertices)s) AS cut (geom)
CROSS JOIN LATERAL ST_Dump(cut.geom) AS part
WHERE region.generation_id = %(generation)s
