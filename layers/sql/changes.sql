-- What has changed since when: the log that the snapshot of columns is kept fresh by (layers/snapshot, docs/adr/0009).
--
-- layers_change: one row for each run of features that a statement has inserted, changed or deleted.
--   xid: the transaction. Numbers of a sequence would not do: they are given before the commit, and who has read up to
--     5 never sees the 4 that commits late. Whoever reads asks for xid >= the xmin of the snapshot he read in before.
--   kind: need, initiative, problem; '' when the vocabulary changed (categories, regions, jurisdictions).
--   first_id, last_id: the features between them may have changed, and others need not have: gaps of up to 64 numbers are
--     taken in, so that a load of 50,000 rows is a row here. NULL: everything may have.
--   areas: the tiles of zoom 6 that show a change, x * 64 + y; empty: any may.
CREATE TABLE layers_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    kind text NOT NULL,
    first_id bigint,
    last_id bigint,
    areas integer[] NOT NULL DEFAULT '{}'
);
CREATE INDEX layers_change_xid ON layers_change (xid);

-- Rows below this are gone: a snapshot that was made before it can no longer be brought up to date.
CREATE TABLE layers_change_horizon (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), xid xid8 NOT NULL);
INSERT INTO layers_change_horizon (xid) VALUES ('0');

CREATE TYPE changed_feature AS (kind text, id bigint, areas integer[]);

-- The tiles of zoom 6 that the box of a line or an area meets.
CREATE FUNCTION shape_areas(geom geometry) RETURNS integer[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
SELECT array_agg(x * 64 + y)
FROM
    generate_series(
        public.map_x(public.ST_Point(public.ST_XMin(geom), public.ST_YMin(geom))) >> 24,
        public.map_x(public.ST_Point(public.ST_XMax(geom), public.ST_YMin(geom))) >> 24
    ) AS x,
    generate_series(
        public.map_y(public.ST_Point(public.ST_XMin(geom), public.ST_YMax(geom))) >> 24,
        public.map_y(public.ST_Point(public.ST_XMin(geom), public.ST_YMin(geom))) >> 24
    ) AS y
$$;

-- The tiles of zoom 6 that a feature can be seen in. Without a query in it, so that it is inlined: most are points.
CREATE FUNCTION feature_areas(geom geometry, map_x integer, map_y integer) RETURNS integer[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE
    WHEN public.GeometryType(geom) = 'POINT' THEN ARRAY[(map_x >> 24) * 64 + (map_y >> 24)]
    ELSE public.shape_areas(geom)
END $$;

-- In PL/pgSQL, which keeps its plan from one statement to the next.
CREATE FUNCTION note_changes(changed changed_feature[]) RETURNS void LANGUAGE plpgsql AS
$$ BEGIN
    INSERT INTO layers_change (kind, first_id, last_id, areas)
    SELECT kind, min(id), max(id), array_agg(DISTINCT area)
    FROM (
        SELECT kind, id, areas, count(*) FILTER (WHERE begins) OVER (PARTITION BY kind ORDER BY id) AS run
        FROM (
            SELECT kind, id, areas, id - lag(id) OVER (PARTITION BY kind ORDER BY id) > 64 AS begins
            FROM unnest(changed)
        ) AS feature
    ) AS feature, unnest(areas) AS area
    GROUP BY kind, run;
END $$;

CREATE FUNCTION features_inserted() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    PERFORM note_changes(array_agg((kind, id, feature_areas(geom, map_x, map_y))::changed_feature)) FROM new_rows;
    RETURN NULL;
END $$;

CREATE FUNCTION features_deleted() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    PERFORM note_changes(array_agg((kind, id, feature_areas(geom, map_x, map_y))::changed_feature)) FROM old_rows;
    RETURN NULL;
END $$;

-- Where it was and where it is; a row that is written as it was is no change.
CREATE FUNCTION features_updated() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    PERFORM note_changes(
        array_agg((side.kind, id, feature_areas(side.geom, side.map_x, side.map_y))::changed_feature)
    )
    -- FULL, should a number itself be changed: then each has no other.
    FROM new_rows
    FULL JOIN old_rows USING (id),
    LATERAL (
        VALUES
            (old_rows.kind, old_rows.geom, old_rows.map_x, old_rows.map_y),
            (new_rows.kind, new_rows.geom, new_rows.map_x, new_rows.map_y)
    ) AS side (kind, geom, map_x, map_y)
    WHERE side.kind IS NOT NULL AND ROW(new_rows.*) IS DISTINCT FROM ROW(old_rows.*);
    RETURN NULL;
END $$;

CREATE FUNCTION features_truncated() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    INSERT INTO layers_change (kind) VALUES ('need'), ('initiative'), ('problem');
    RETURN NULL;
END $$;

CREATE FUNCTION vocabulary_changed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    INSERT INTO layers_change (kind) VALUES ('');
    RETURN NULL;
END $$;

CREATE TRIGGER note_inserted AFTER INSERT ON layers_feature
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION features_inserted();
CREATE TRIGGER note_updated AFTER UPDATE ON layers_feature
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION features_updated();
CREATE TRIGGER note_deleted AFTER DELETE ON layers_feature
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION features_deleted();
CREATE TRIGGER note_truncated AFTER TRUNCATE ON layers_feature
FOR EACH STATEMENT EXECUTE FUNCTION features_truncated();

CREATE TRIGGER note_vocabulary AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON layers_category
FOR EACH STATEMENT EXECUTE FUNCTION vocabulary_changed();
CREATE TRIGGER note_vocabulary AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON regions_region
FOR EACH STATEMENT EXECUTE FUNCTION vocabulary_changed();
CREATE TRIGGER note_vocabulary AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON regions_generation
FOR EACH STATEMENT EXECUTE FUNCTION vocabulary_changed();
CREATE TRIGGER note_vocabulary AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON regions_jurisdiction
FOR EACH STATEMENT EXECUTE FUNCTION vocabulary_changed();
