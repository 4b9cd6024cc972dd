-- Public features of one kind and jurisdiction as numbers, each row of the same length in PostgreSQL's binary form.
--   {among}: the features to read; kind, jurisdiction; private: statuses that never leave the database
--   statuses, categories, oblasts, rayons: arrays of texts; a text is sent as its place in them, from 1 (oblast and rayon
--     together), 0 for one that is missing there
-- Columns: id; map_x, map_y; status, category, region; received, first response, due, resolved, closed (microseconds since
-- 2000-01-01 UTC, the lowest number for an event that has not been).
COPY (
    SELECT
        feature.id,
        feature.map_x,
        feature.map_y,
        coalesce(status.place, 0)::integer,
        coalesce(category.place, 0)::integer,
        coalesce(region.place, 0)::integer,
        feature.received_at,
        coalesce(feature.first_response_at, '-infinity'),
        coalesce(feature.due_at, '-infinity'),
        coalesce(feature.resolved_at, '-infinity'),
        coalesce(feature.closed_at, '-infinity')
    FROM {among}
    LEFT JOIN unnest(%(statuses)s::text[]) WITH ORDINALITY AS status (text, place) ON status.text = feature.status
    LEFT JOIN unnest(%(categories)s::text[]) WITH ORDINALITY AS category (text, place)
        ON category.text = feature.category_id
    LEFT JOIN unnest(%(oblasts)s::text[], %(rayons)s::text[]) WITH ORDINALITY AS region (oblast, rayon, place)
        ON region.oblast = feature.oblast AND region.rayon = feature.rayon
    WHERE feature.kind = %(kind)s AND feature.jurisdiction_id = %(jurisdiction)s AND feature.status <> ALL (%(private)s)
) TO STDOUT (FORMAT binary)
