-- What has changed since a moment, and the moment of this answer.
--   since: the xmin of the snapshot that was read in before, or of the generation's
--   seen: changes among those that are known already: they come again for as long as some writer that began before them
--     is at work
-- Columns: xmin, the moment of this answer; database: which cluster, timeline, database and table
-- this is; horizon: changes below it
-- are gone; id, xid, kind, first_id, last_id, areas of each new change, or NULLs in one row.
SELECT
    pg_snapshot_xmin(pg_current_snapshot())::text,
    (SELECT system_identifier FROM pg_control_system())
        || '/' || (SELECT timeline_id FROM pg_control_checkpoint())
        || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
        || '/' || 'layers_feature'::regclass::oid,
    (SELECT xid::text FROM layers_change_horizon),
    change.id,
    change.xid::text::bigint,
    change.kind,
    change.first_id,
    change.last_id,
    change.areas
FROM (VALUES (1)) AS one
LEFT JOIN layers_change AS change
    ON change.xid >= %(since)s::text::xid8 AND change.id <> ALL (%(seen)s::bigint[])
