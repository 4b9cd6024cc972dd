-- Entries, tiles, heads and keys of the public log are only ever added to. Of an opening and of what waits the salt may
-- go, when a person leaves; what waits goes into the tree.
--
-- Tests empty their tables between them: their sessions set geoportal.log_may_be_emptied = 'yes', which allows TRUNCATE
-- and nothing else. Whoever owns the tables can drop triggers; that this shows is the tree's work, not theirs.
CREATE FUNCTION log_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('geoportal.log_may_be_emptied', true) = 'yes' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the public log is only added to: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION log_only_salt_goes() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF NEW.salt IS NULL AND to_jsonb(NEW) - 'salt' = to_jsonb(OLD) - 'salt' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'of what was logged the salt alone may go: UPDATE on % is refused', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_entry
FOR EACH STATEMENT EXECUTE FUNCTION log_refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_tile
FOR EACH STATEMENT EXECUTE FUNCTION log_refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_head
FOR EACH STATEMENT EXECUTE FUNCTION log_refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_signingkey
FOR EACH STATEMENT EXECUTE FUNCTION log_refuse();
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON log_opening
FOR EACH STATEMENT EXECUTE FUNCTION log_refuse();
CREATE TRIGGER only_salt_goes BEFORE UPDATE ON log_opening
FOR EACH ROW EXECUTE FUNCTION log_only_salt_goes();
CREATE TRIGGER only_salt_goes BEFORE UPDATE ON log_pending
FOR EACH ROW EXECUTE FUNCTION log_only_salt_goes();
CREATE TRIGGER append_only BEFORE TRUNCATE ON log_pending
FOR EACH STATEMENT EXECUTE FUNCTION log_refuse();
