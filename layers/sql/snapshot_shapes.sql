-- The boxes of lines and areas among the features to read, in integer positions (see regions/sql/functions.sql).
--   {among}, kind, jurisdiction, private: as in snapshot_rows.sql
-- Columns: id, west, north, east, south.
SELECT
    feature.id,
    map_x(ST_Point(ST_XMin(geom), ST_YMin(geom))),
    map_y(ST_Point(ST_XMin(geom), ST_YMax(geom))),
    map_x(ST_Point(ST_XMax(geom), ST_YMin(geom))),
    map_y(ST_Point(ST_XMin(geom), ST_YMin(geom)))
FROM {among}
WHERE feature.kind = %(kind)s AND feature.jurisdiction_id = %(jurisdiction)s AND feature.status <> ALL (%(private)s)
    AND NOT GeometryType(feature.geom) = 'POINT'
