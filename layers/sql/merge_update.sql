-- Features already there whose row says something else. Row count = updated.
-- in: jurisdiction (code); merge_placed.
UPDATE layers_feature AS feature
SET
    kind = placed.kind, jurisdiction_id = %(jurisdiction)s, geom = placed.geom, oblast = placed.oblast,
    rayon = placed.rayon, title = placed.title, text = placed.text, language = placed.language,
    address = placed.address, category_id = placed.category,
    status = CASE WHEN feature.status = 'hidden' THEN feature.status ELSE placed.status END,
    received_at = placed.received_at, first_response_at = placed.first_response_at, due_at = placed.due_at,
    resolved_at = placed.resolved_at, closed_at = placed.closed_at, is_demo = placed.is_demo
FROM merge_placed AS placed
WHERE feature.id = placed.feature_id AND placed.changed AND placed.inside
