-- Whole features of layers.append.append_features, all of them new. geom: hexadecimal EWKB in EPSG:4326.
COPY layers_feature (
    kind, jurisdiction_id, geom, oblast, rayon, title, text, language, address, category_id, status, received_at,
    first_response_at, due_at, resolved_at, closed_at, source, source_id, is_demo
) FROM STDIN
