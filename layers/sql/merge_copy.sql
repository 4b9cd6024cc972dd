-- The columns of layers.bulk.FeatureRow, in its order.
COPY merge_staging (
    kind, geom, title, text, language, address, category, status, received_at, first_response_at, due_at, resolved_at,
    closed_at, source, source_id, is_demo
) FROM STDIN
