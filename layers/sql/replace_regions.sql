-- Fills the region codes of a jurisdiction's features again after its boundaries changed.
-- in:  jurisdiction (code), generation (id, or null: then no unit is known). All geometry is EPSG:4326.
-- out: feature.oblast, .rayon of the features whose codes differ: the units of the generation that hold the
--      representative point, the lowest KATO on a border, '' where none does. Rows that stay right are not rewritten.
WITH found AS MATERIALIZED (
    SELECT
        feature.id,
        min(region.code) FILTER (WHERE region.level = 1) AS oblast,
        min(region.code) FILTER (WHERE region.level = 2) AS rayon
    FROM regions_region AS region
    JOIN regions_regionpiece AS piece ON piece.region_id = region.id
    -- The first condition is the one with an index: a representative point lies within its geometry's box.
    JOIN layers_feature AS feature
        ON feature.geom && piece.geom AND ST_Intersects(piece.geom, representative_point(feature.geom))
    WHERE region.generation_id = %(generation)s AND feature.jurisdiction_id = %(jurisdiction)s
    GROUP BY feature.id
),
placed AS (
    SELECT feature.id, coalesce(found.oblast, '') AS oblast, coalesce(found.rayon, '') AS rayon
    FROM layers_feature AS feature
    LEFT JOIN found ON found.id = feature.id
    WHERE feature.jurisdiction_id = %(jurisdiction)s
)
UPDATE layers_feature AS feature
SET oblast = placed.oblast, rayon = placed.rayon
FROM placed
WHERE feature.id = placed.id AND (feature.oblast, feature.rayon) IS DISTINCT FROM (placed.oblast, placed.rayon)
