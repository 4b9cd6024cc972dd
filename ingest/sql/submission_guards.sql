-- What was issued, signed and found stays as it was, whoever writes: triggers on requests, submissions and signatures.
-- Allowed: a request is consumed once; a pending submission is decided once; a pending signature gets the answer about
-- revocation once; a person who leaves takes their bytes away (content, CMS, certificates: to NULL, with the owner), and
-- every hash stays. Nothing that was submitted is ever deleted. Refusals are integrity errors (class 23).

CREATE FUNCTION signing_request_stays() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF (NEW.id, NEW.type, NEW.nonce, NEW.content_sha256, NEW.language, NEW.issued_at, NEW.expires_at)
        IS DISTINCT FROM
        (OLD.id, OLD.type, OLD.nonce, OLD.content_sha256, OLD.language, OLD.issued_at, OLD.expires_at)
        OR (NEW.content IS DISTINCT FROM OLD.content AND NEW.content IS NOT NULL)
        OR (NEW.payload IS DISTINCT FROM OLD.payload AND NEW.content IS NOT NULL)
        OR (NEW.user_id IS DISTINCT FROM OLD.user_id AND (NEW.user_id IS NOT NULL OR NEW.content IS NOT NULL))
        OR NEW.browser IS DISTINCT FROM OLD.browser
        OR (NEW.consumed_at IS DISTINCT FROM OLD.consumed_at AND OLD.consumed_at IS NOT NULL)
    THEN
        RAISE EXCEPTION 'signing_request_stays: what was issued is not changed' USING ERRCODE = '23000';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION submission_stays() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF (NEW.id, NEW.request_id, NEW.type, NEW.revision, NEW.content_sha256, NEW.attachments, NEW.received_at)
        IS DISTINCT FROM
        (OLD.id, OLD.request_id, OLD.type, OLD.revision, OLD.content_sha256, OLD.attachments, OLD.received_at)
        OR (NEW.content IS DISTINCT FROM OLD.content AND NEW.content IS NOT NULL)
        OR (NEW.user_id IS DISTINCT FROM OLD.user_id AND NEW.user_id IS NOT NULL)
        OR (NEW.erased_at IS DISTINCT FROM OLD.erased_at AND OLD.erased_at IS NOT NULL)
        OR (NEW.feature_id IS DISTINCT FROM OLD.feature_id AND OLD.feature_id IS NOT NULL)
        OR (
            (NEW.feature_id, NEW.state, NEW.refusal, NEW.decided_at)
            IS DISTINCT FROM (OLD.feature_id, OLD.state, OLD.refusal, OLD.decided_at)
            AND OLD.state <> 'pending'
        )
    THEN
        RAISE EXCEPTION 'submission_stays: what was signed and decided is not changed' USING ERRCODE = '23000';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION signature_stays() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF (
            NEW.id, NEW.submission_id, NEW.signature_sha256, NEW.algorithm, NEW.certificate_sha256, NEW.reference_time,
            NEW.timestamp_time, NEW.timestamp_path, NEW.is_demo
        ) IS DISTINCT FROM (
            OLD.id, OLD.submission_id, OLD.signature_sha256, OLD.algorithm, OLD.certificate_sha256, OLD.reference_time,
            OLD.timestamp_time, OLD.timestamp_path, OLD.is_demo
        )
        OR (NEW.cms IS DISTINCT FROM OLD.cms AND NEW.cms IS NOT NULL)
        OR (NEW.path IS DISTINCT FROM OLD.path AND NEW.path IS NOT NULL)
        OR (NEW.timestamp IS DISTINCT FROM OLD.timestamp AND NEW.cms IS NOT NULL)
        OR (
            (NEW.ocsp, NEW.crls) IS DISTINCT FROM (OLD.ocsp, OLD.crls)
            AND NEW.cms IS NOT NULL AND OLD.checked_at IS NOT NULL
        )
        OR (NEW.checked_at IS DISTINCT FROM OLD.checked_at AND OLD.checked_at IS NOT NULL)
    THEN
        RAISE EXCEPTION 'signature_stays: a signature and its evidence are not changed' USING ERRCODE = '23000';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION submitted_stays() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    RAISE EXCEPTION 'submitted_stays: what was submitted is not deleted' USING ERRCODE = '23000';
END $$;

CREATE TRIGGER stays BEFORE UPDATE ON ingest_signingrequest FOR EACH ROW EXECUTE FUNCTION signing_request_stays();
CREATE TRIGGER stays BEFORE UPDATE ON ingest_submission FOR EACH ROW EXECUTE FUNCTION submission_stays();
CREATE TRIGGER stays BEFORE UPDATE ON ingest_signature FOR EACH ROW EXECUTE FUNCTION signature_stays();
CREATE TRIGGER is_not_deleted BEFORE DELETE ON ingest_submission FOR EACH ROW EXECUTE FUNCTION submitted_stays();
CREATE TRIGGER is_not_deleted BEFORE DELETE ON ingest_signature FOR EACH ROW EXECUTE FUNCTION submitted_stays();
