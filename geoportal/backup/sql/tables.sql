-- Every table that holds rows of its own: not the server's, an extension's (spatial_ref_sys), a session's temporary ones.
-- Columns: schema, name.
SELECT pg_namespace.nspname, pg_class.relname
FROM pg_class
JOIN pg_namespace ON pg_namespace.oid = pg_class.relnamespace
WHERE
    pg_class.relkind = 'r'
    AND pg_class.relpersistence <> 't'
    AND pg_namespace.nspname !~ '^pg_'
    AND pg_namespace.nspname <> 'information_schema'
    AND NOT EXISTS (
        SELECT FROM pg_depend
        WHERE
            pg_depend.classid = 'pg_class'::regclass AND pg_depend.objid = pg_class.oid AND pg_depend.deptype = 'e'
    )
ORDER BY pg_namespace.nspname, pg_class.relname
