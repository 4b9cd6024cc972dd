-- Where each staged row lies: in the outline at all, and in which oblast and rayon of one generation.
-- in:  jurisdiction (code), generation (id, or null: then no unit is known). All geometry is EPSG:4326.
-- out: merge_placed, the rows of merge_staging with inside, oblast, rayon ('' where no unit holds the representative
--      point; the lowest KATO on a border).
-- The index lies on the points, not on the pieces: each piece then meets its points one after another and PostGIS
-- keeps it prepared. Looking up the pieces of each point took four times as long.
CREATE INDEX ON merge_staging USING gist (representative_point(geom));
ANALYZE merge_staging (source_id);
CREATE TEMPORARY TABLE merge_placed ON COMMIT DROP AS
SELECT
    staged.*,
    coalesce(found.oblast, '') AS oblast,
    coalesce(found.rayon, '') AS rayon,
    ST_Intersects(
        (SELECT outline FROM regions_jurisdiction WHERE code = %(jurisdiction)s), representative_point(staged.geom)
    ) AS inside
FROM merge_staging AS staged
LEFT JOIN (
    SELECT
        held.ctid AS row,
        min(region.code) FILTER (WHERE region.level = 1) AS oblast,
        min(region.code) FILTER (WHERE region.level = 2) AS rayon
    FROM regions_region AS region
    JOIN regions_regionpiece AS piece ON piece.region_id = region.id
    JOIN merge_staging AS held ON ST_Intersects(piece.geom, representative_point(held.geom))
    WHERE region.generation_id = %(generation)s
    GROUP BY held.ctid
) AS found ON found.row = staged.ctid
