-- The oblast and the rayon of every settlement of a jurisdiction, under the boundaries of one generation.
-- in:  jurisdiction (code), generation (id), near_m (metres); geometry is EPSG:4326, distance on the ellipsoid.
-- out: settlement.oblast, .rayon: the units that hold the point, the lowest KATO on a border; for a point in none, the
--      nearest unit of each level within near_m; '' where there is none.
-- Distances are measured only from the few points that no unit holds: from all of them, a plan that takes the pieces in
-- the wrong order is a hundred times slower.
WITH asked AS MATERIALIZED (
    SELECT settlement.id, settlement.point, level.number AS level
    FROM regions_settlement AS settlement
    CROSS JOIN (VALUES (1), (2)) AS level (number)
    WHERE settlement.jurisdiction_id = %(jurisdiction)s
),
held AS MATERIALIZED (
    SELECT settlement.id, region.level, min(region.code) AS code
    FROM regions_settlement AS settlement
    JOIN regions_regionpiece AS piece ON ST_Intersects(piece.geom, settlement.point)
    JOIN regions_region AS region ON region.id = piece.region_id
    WHERE settlement.jurisdiction_id = %(jurisdiction)s AND region.generation_id = %(generation)s
    GROUP BY settlement.id, region.level
),
beside AS (
    SELECT DISTINCT ON (asked.id, asked.level) asked.id, asked.level, region.code
    FROM asked
    -- A degree of longitude is at least 60 km here: half a degree holds everything within near_m.
    JOIN regions_regionpiece AS piece ON piece.geom && ST_Expand(asked.point, 0.5)
    JOIN regions_region AS region ON region.id = piece.region_id AND region.level = asked.level
    WHERE region.generation_id = %(generation)s
      AND NOT EXISTS (SELECT FROM held WHERE held.id = asked.id AND held.level = asked.level)
      AND ST_DWithin(piece.geom::geography, asked.point::geography, %(near_m)s)
    ORDER BY asked.id, asked.level, piece.geom <-> asked.point, region.code
),
placed AS (
    SELECT
        asked.id,
        max(coalesce(held.code, beside.code)) FILTER (WHERE asked.level = 1) AS oblast,
        max(coalesce(held.code, beside.code)) FILTER (WHERE asked.level = 2) AS rayon
    FROM asked
    LEFT JOIN held USING (id, level)
    LEFT JOIN beside USING (id, level)
    GROUP BY asked.id
)
UPDATE regions_settlement AS settlement
SET oblast = coalesce(placed.oblast, ''), rayon = coalesce(placed.rayon, '')
FROM placed
WHERE placed.id = settlement.id
