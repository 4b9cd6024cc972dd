-- Takes back append_only.sql.
DROP FUNCTION log_refuse() CASCADE;
DROP FUNCTION log_only_salt_goes() CASCADE;
