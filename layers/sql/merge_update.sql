-- Features already there whose row says something else. Row count = updated.
-- in: jurisdiction (code); merge_placed. Geometries are compared vertex by vertex (operator =), not by shape.
-- What a moderator hid stays hidden whatever the source says.
UPDATE layers_feature AS feature
SET
    kind = placed.kind, jurisdiction_id = %(jurisdiction)s, geom = placed.geom, oblast = placed.oblast,
    rayon = placed.rayon, title = placed.title, text = placed.text, language = placed.language,
    address = placed.address, category_id = placed.category,
    status = CASE WHEN feature.status = 'hidden' THEN feature.status ELSE placed.status END,
    received_at = placed.received_at, first_response_at = placed.first_response_at, due_at = placed.due_at,
    resolved_at = placed.resolved_at, closed_at = placed.closed_at, is_demo = placed.is_demo
FROM merge_placed AS placed
WHERE
    feature.source = placed.source AND feature.source_id = placed.source_id AND placed.inside
    AND (
        feature.kind, feature.jurisdiction_id, feature.geom, feature.oblast, feature.rayon, feature.title, feature.text,
        feature.language, feature.address, feature.category_id, feature.status, feature.received_at,
        feature.first_response_at, feature.due_at, feature.resolved_at, feature.closed_at, feature.is_demo
    ) IS DISTINCT FROM (
        placed.kind, %(jurisdiction)s, placed.geom, placed.oblast, placed.rayon, placed.title, placed.text,
        placed.language, placed.address, placed.category,
        CASE WHEN feature.status = 'hidden' THEN feature.status ELSE placed.status END, placed.received_at,
        placed.first_response_at, placed.due_at, placed.resolved_at, placed.closed_at, placed.is_demo
    )
