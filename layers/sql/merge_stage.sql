-- The staging table of one batch of layers.bulk.merge_features; gone with its transaction at the latest.
-- geom: EPSG:4326, two dimensions.
CREATE TEMPORARY TABLE merge_staging (
    kind text, geom geometry(Geometry, 4326), title text, text text, language text, address text, category text,
    status text, received_at timestamptz, first_response_at timestamptz, due_at timestamptz, resolved_at timestamptz,
    closed_at timestamptz, source text, source_id text, is_demo boolean
) ON COMMIT DROP
