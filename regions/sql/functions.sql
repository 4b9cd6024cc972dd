-- Functions that generated columns and indexes stand on; immutable, so never changed in place: a new name instead.
-- Not STRICT: PostgreSQL inlines a SQL function only if it is not (or its body is provably strict), and a load of a
-- million rows calls these for each.
--
-- map_x, map_y: the integer position of a feature on the Web Mercator grid, 0 to 2^30 - 1, y southwards.
--   in: geometry in EPSG:4326; a line or an area is counted at a point on it (ST_PointOnSurface).
--   The same arithmetic as geoportal.lib.geo.position; latitude is clamped to the square world (85.0511287798°).
-- fold: one spelling for search, the same table as geoportal.lib.fold.
--   The first line of the table leaves characters as they are: translate() walks the table for each character of the
--   text, so the commonest come first (a third of the time of the bare table on Russian text).

CREATE FUNCTION representative_point(geom geometry) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN public.GeometryType(geom) = 'POINT' THEN geom ELSE public.ST_PointOnSurface(geom) END $$;

CREATE FUNCTION map_x(geom geometry) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT least(1073741823, greatest(0, floor(
    (public.ST_X(public.representative_point(geom)) + 180) / 360 * 1073741824)))::integer $$;

CREATE FUNCTION map_y(geom geometry) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT least(1073741823, greatest(0, floor((0.5 - ln(tan(pi() / 4 + radians(
    least(85.0511287798066, greatest(-85.0511287798066, public.ST_Y(public.representative_point(geom))))
    ) / 2)) / (2 * pi())) * 1073741824)))::integer $$;

CREATE FUNCTION fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT translate(value,
    ' оаиентрслвкмдпуяыьгзбчхжшюцщэфъ0123456789.,-'
    'әғқңөұүһіёйАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯӘҒҚҢӨҰҮҺІЁABCDEFGHIJKLMNOPQRSTUVWXYZ',
    ' оаиентрслвкмдпуяыьгзбчхжшюцщэфъ0123456789.,-'
    'агкноуухиеиабвгдежзииклмнопрстуфхцчшщъыьэюяагкноуухиеabcdefghijklmnopqrstuvwxyz') $$;
