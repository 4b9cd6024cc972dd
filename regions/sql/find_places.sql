-- Regions and settlements whose name is like a text, the best first.
-- in:  query (folded), prefix (the same, escaped for LIKE, with %% at its end), stem (the query without words like
--      "oblast", which every region would be like), means_region, means_settlement (whether such words were there),
--      jurisdiction (code), generation (id of the boundaries in force, or null), language (kk, ru, en), limit,
--      like_enough (word similarity, 0 to 1).
-- out: kind, id (KATO or number), name, parent (both in the language), lon, lat, west, south, east, north (degrees;
--      null for settlements), score, is_large (a settlement shown by zoom 5).
-- score: 1 for the name itself (0.95 without the word for its kind), 0.9 for its beginning, below that the likeness.
--      Importance adds up to 0.15: it decides between equals (a city before the oblast
--      called after it) and never lifts a vague likeness over a name. The kind
--      that was asked for gets 0.1.
-- Two statements in one message, which is one transaction: the settings end with it, and a replica hands it to the
-- primary as a whole. The first answers with the settings.
SELECT
    -- The operator <%% that the index serves reads it.
    set_config('pg_trgm.word_similarity_threshold', %(like_enough)s, true),
    -- Likeness costs far more than the planner thinks: of a country's spellings it would read all (10 ms) rather
    -- than ask the trigram index (0.3 ms).
    set_config('enable_seqscan', 'off', true);

WITH spelled AS (
    SELECT
        settlement_id,
        code,
        max(CASE
            WHEN folded = %(query)s THEN 1.0
            WHEN folded LIKE %(prefix)s THEN 0.9
            WHEN folded = %(stem)s THEN 0.95
            ELSE 0.85 * greatest(similarity(folded, %(stem)s), 0.9 * word_similarity(%(stem)s, folded))
        END) AS likeness
    FROM regions_placename
    WHERE jurisdiction_id = %(jurisdiction)s AND (folded LIKE %(prefix)s OR %(stem)s <%% folded)
    GROUP BY settlement_id, code
),
best AS (
    SELECT
        settlement.id AS settlement_id,
        region.id AS region_id,
        spelled.likeness + 0.15 * CASE
            WHEN settlement.id IS NOT NULL THEN (13 - settlement.min_zoom) / 10.0
            WHEN region.level = 1 THEN 0.85
            ELSE 0.5
        END + CASE
            WHEN %(means_settlement)s AND settlement.id IS NOT NULL THEN 0.1
            WHEN %(means_region)s AND region.id IS NOT NULL THEN 0.1
            ELSE 0.0
        END AS score
    FROM spelled
    LEFT JOIN regions_settlement AS settlement ON settlement.id = spelled.settlement_id
    LEFT JOIN regions_region AS region
        ON region.generation_id = %(generation)s AND region.code = spelled.code AND spelled.code <> ''
    WHERE settlement.id IS NOT NULL OR region.id IS NOT NULL
    ORDER BY score DESC, region.code, settlement.id
    LIMIT %(limit)s
)
SELECT
    coalesce(region.kind, 'settlement') AS kind,
    coalesce(region.code, settlement.id::text) AS id,
    CASE %(language)s
        WHEN 'ru' THEN coalesce(region.name_ru, settlement.name_ru)
        WHEN 'en' THEN coalesce(region.name_en, settlement.name_en)
        ELSE coalesce(region.name_kk, settlement.name_kk)
    END AS name,
    coalesce(CASE %(language)s
        WHEN 'ru' THEN parent.name_ru WHEN 'en' THEN parent.name_en ELSE parent.name_kk
    END, '') AS parent,
    ST_X(place.point) AS lon,
    ST_Y(place.point) AS lat,
    ST_XMin(region.geom) AS west,
    ST_YMin(region.geom) AS south,
    ST_XMax(region.geom) AS east,
    ST_YMax(region.geom) AS north,
    best.score::float8 AS score,
    coalesce(settlement.min_zoom <= 5, false) AS is_large
FROM best
LEFT JOIN regions_settlement AS settlement ON settlement.id = best.settlement_id
LEFT JOIN regions_region AS region ON region.id = best.region_id
LEFT JOIN regions_region AS parent
    ON parent.generation_id = %(generation)s
    AND (parent.id = region.parent_id OR parent.code = settlement.oblast)
-- A point on the shape drawn at zoom 8, a few hundred vertices, costs a tenth of one on the boundary itself.
LEFT JOIN regions_regionshape AS shape ON shape.region_id = region.id AND shape.zoom = 8
CROSS JOIN LATERAL (
    SELECT coalesce(
        settlement.point,
        ST_Transform(ST_PointOnSurface(shape.geom), 4326),
        ST_PointOnSurface(region.geom)
    ) AS point
) AS place
ORDER BY best.score DESC, region.code, settlement.id
