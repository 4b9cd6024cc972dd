-- The features of one tile as columns, if it holds no more than the ceiling (tiles/mvt.py writes the tile).
--   {places}: id, {columns} (public fields that are texts), map_x, map_y of every feature whose stored position lies in the
--     tile or its buffer
--   shift, west, north: from a stored position to a coordinate in it (4096 units on a side)
-- Columns: is_full, whether there are too many; ids, tile_x, tile_y: arrays in PostgreSQL's binary form, of all points that
-- have {columns} in common; {columns}. One row with NULLs when there is none. The exact count decides: features whose
-- position lies in the tile itself.
-- Points are placed by their integers alone: nothing is projected or rounded, so that they are where they are counted.
WITH placed AS MATERIALIZED (
    SELECT id, {columns}, (map_x >> %(shift)s) - %(west)s AS tile_x, (map_y >> %(shift)s) - %(north)s AS tile_y
    FROM ({places}) AS place (id, {columns}, map_x, map_y)
),
counted AS (
    SELECT count(*) > %(ceiling)s AS is_full
    FROM placed
    WHERE tile_x >= 0 AND tile_x < %(extent)s AND tile_y >= 0 AND tile_y < %(extent)s
),
drawn AS (
    SELECT
        array_send(array_agg(id)) AS ids,
        array_send(array_agg(tile_x)) AS tile_x,
        array_send(array_agg(tile_y)) AS tile_y,
        {columns}
    FROM placed
    WHERE NOT (SELECT is_full FROM counted)
    GROUP BY {columns}
)
SELECT counted.is_full, drawn.* FROM counted LEFT JOIN drawn ON true
