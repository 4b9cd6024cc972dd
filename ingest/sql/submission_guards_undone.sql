-- Takes away what submission_guards.sql makes.
DROP TRIGGER is_not_deleted ON ingest_signature;
DROP TRIGGER is_not_deleted ON ingest_submission;
DROP TRIGGER stays ON ingest_signature;
DROP TRIGGER stays ON ingest_submission;
DROP TRIGGER stays ON ingest_signingrequest;
DROP FUNCTION submitted_stays(), signature_stays(), submission_stays(), signing_request_stays();
