-- The oblast and the rayon of every settlement of a jurisdiction, under the boundaries of one generation.
-- in:  jurisdiction (code), generation (id), near_m (metres); geometry is EPSG:4326, distance on the ellipsoid.
-- out: settlement.oblast, .rayon: the units that hold the point, the lowest KATO on a border; for a point in none, the
--      nearest unit of each level within near_m; '' where there is none.
WITH level AS (SELECT unnest(ARRAY[1, 2]) AS number),
placed AS (
    SELECT
        settlement.id,
        max(unit.code) FILTER (WHERE level.number = 1) AS oblast,
        max(unit.code) FILTER (WHERE level.number = 2) AS rayon
    FROM regions_settlement AS settlement
    CROSS JOIN level
    LEFT JOIN LATERAL (
        SELECT region.code
        FROM regions_region AS region
        JOIN regions_regionpiece AS piece ON piece.region_id = region.id
        WHERE region.generation_id = %(generation)s
          AND region.level = level.number
          -- A degree of longitude is at least 60 km here: half a degree holds everything within near_m.
          AND piece.geom && ST_Expand(settlement.point, 0.5)
          AND ST_DWithin(piece.geom::geography, settlement.point::geography, %(near_m)s)
        ORDER BY piece.geom <-> settlement.point, region.code
        LIMIT 1
    ) AS unit ON true
    WHERE settlement.jurisdiction_id = %(jurisdiction)s
    GROUP BY settlement.id
)
UPDATE regions_settlement AS settlement
SET oblast = coalesce(placed.oblast, ''), rayon = coalesce(placed.rayon, '')
FROM placed
WHERE placed.id = settlement.id
