-- Features not there yet. Row count = inserted. In spatial order, which the index on geom takes up faster.
-- in: jurisdiction (code); merge_placed.
INSERT INTO layers_feature (
    kind, jurisdiction_id, geom, oblast, rayon, title, text, language, address, category_id, status, received_at,
    first_response_at, due_at, resolved_at, closed_at, source, source_id, is_demo
)
SELECT
    kind, %(jurisdiction)s, geom, oblast, rayon, title, text, language, address, category, status, received_at,
    first_response_at, due_at, resolved_at, closed_at, source, source_id, is_demo
FROM merge_placed
WHERE feature_id IS NULL AND inside
ORDER BY geom
