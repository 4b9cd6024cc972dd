-- Everything in the database that is neither the server's nor an extension's, in the order in which it can be dropped.
-- What goes with another thing (indexes, triggers, a table's sequence and row type) is left to that.
-- Columns: what it is called, the statement that drops it.
WITH
own_schema AS (
    SELECT oid, nspname
    FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
),
of_an_extension AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
own (place, class, oid, what, name) AS (
    SELECT
        1,
        'pg_namespace'::regclass,
        oid,
        'SCHEMA',
        quote_ident(nspname)
    FROM own_schema
    WHERE nspname <> 'public'
    UNION ALL
    SELECT
        CASE relkind WHEN 'S' THEN 4 WHEN 'r' THEN 3 WHEN 'p' THEN 3 ELSE 2 END,
        'pg_class'::regclass,
        pg_class.oid,
        CASE relkind
            WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
            WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE'
        END,
        pg_class.oid::regclass::text
    FROM pg_class
    JOIN own_schema ON own_schema.oid = relnamespace
    WHERE
        relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        AND NOT EXISTS (
            SELECT FROM pg_depend
            WHERE
                pg_depend.classid = 'pg_class'::regclass
                AND pg_depend.objid = pg_class.oid
                AND pg_depend.deptype IN ('a', 'i')
                AND pg_depend.refclassid = 'pg_class'::regclass
        )
    UNION ALL
    SELECT
        5,
        'pg_proc'::regclass,
        pg_proc.oid,
        'ROUTINE',
        pg_proc.oid::regprocedure::text
    FROM pg_proc
    JOIN own_schema ON own_schema.oid = pronamespace
    UNION ALL
    SELECT
        6,
        'pg_type'::regclass,
        pg_type.oid,
        'TYPE',
        pg_type.oid::regtype::text
    FROM pg_type
    JOIN own_schema ON own_schema.oid = typnamespace
    LEFT JOIN pg_class ON pg_class.oid = typrelid
    -- Not the row type that every table has.
    WHERE typtype IN ('e', 'd', 'r') OR typtype = 'c' AND relkind = 'c'
    UNION ALL
    SELECT
        7,
        'pg_ts_config'::regclass,
        pg_ts_config.oid,
        'TEXT SEARCH CONFIGURATION',
        pg_ts_config.oid::regconfig::text
    FROM pg_ts_config
    JOIN own_schema ON own_schema.oid = cfgnamespace
)
SELECT lower(what) || ' ' || name, 'DROP ' || what || ' IF EXISTS ' || name || ' CASCADE'
FROM own
WHERE NOT EXISTS (
    SELECT FROM of_an_extension WHERE of_an_extension.classid = own.class AND of_an_extension.objid = own.oid
)
ORDER BY place, name
