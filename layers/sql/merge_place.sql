-- Where each staged row lies, and which feature it is already.
-- in:  jurisdiction (code), generation (id, or null: then no unit is known). All geometry is EPSG:4326.
-- out: merge_placed, the rows of merge_staging with
--      oblast, rayon: the units of the generation that hold the representative point; the lowest KATO on a border,
--        '' where none does;
--      inside: in one of those units or in the outline;
--      feature_id: the feature with the same (source, source_id), null for a new one;
--      changed: whether that feature says anything else. Geometries are compared vertex by vertex (operator =), not
--        by shape. What a moderator hid stays hidden whatever the source says.
-- The index lies on the points, not on the pieces: each piece then meets its points one after another and PostGIS
-- keeps it prepared. Looking up the pieces of each point took four times as long. Building it also tells the planner
-- how many rows are staged.
CREATE INDEX ON merge_staging USING gist (representative_point(geom));
CREATE TEMPORARY TABLE merge_placed ON COMMIT DROP AS
WITH found AS MATERIALIZED (
    SELECT
        held.ctid AS row,
        min(region.code) FILTER (WHERE region.level = 1) AS oblast,
        min(region.code) FILTER (WHERE region.level = 2) AS rayon
    FROM regions_region AS region
    JOIN regions_regionpiece AS piece ON piece.region_id = region.id
    JOIN merge_staging AS held ON ST_Intersects(piece.geom, representative_point(held.geom))
    WHERE region.generation_id = %(generation)s
    GROUP BY held.ctid
),
placed AS (
    SELECT
        staged.*,
        coalesce(found.oblast, '') AS oblast,
        coalesce(found.rayon, '') AS rayon,
        found.row IS NOT NULL OR ST_Intersects(
            (SELECT outline FROM regions_jurisdiction WHERE code = %(jurisdiction)s),
            representative_point(staged.geom)
        ) AS inside
    FROM merge_staging AS staged
    LEFT JOIN found ON found.row = staged.ctid
)
SELECT
    placed.*,
    feature.id AS feature_id,
    (
        feature.kind, feature.jurisdiction_id, feature.geom, feature.oblast, feature.rayon, feature.title, feature.text,
        feature.language, feature.address, feature.category_id,
        CASE WHEN feature.status = 'hidden' THEN placed.status ELSE feature.status END, feature.received_at,
        feature.first_response_at, feature.due_at, feature.resolved_at, feature.closed_at, feature.is_demo
    ) IS DISTINCT FROM (
        placed.kind, %(jurisdiction)s, placed.geom, placed.oblast, placed.rayon, placed.title, placed.text,
        placed.language, placed.address, placed.category, placed.status, placed.received_at,
        placed.first_response_at, placed.due_at, placed.resolved_at, placed.closed_at, placed.is_demo
    ) AS changed
FROM placed
-- LIMIT keeps this a look into the unique index for each row: left free, the planner prefers to read the whole table
-- for each batch, which grows with the table.
LEFT JOIN LATERAL (
    SELECT
        id, kind, jurisdiction_id, geom, oblast, rayon, title, text, language, address, category_id, status,
        received_at, first_response_at, due_at, resolved_at, closed_at, is_demo
    FROM layers_feature
    WHERE layers_feature.source = placed.source AND layers_feature.source_id = placed.source_id
    LIMIT 1
) AS feature ON true
