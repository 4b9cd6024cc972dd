-- Undoes logged_guards.sql.
drop trigger only_ends on accounts_rolegrant;
drop trigger stays on accounts_rolegrant;
drop trigger stays on accounts_roleend;
drop trigger stays on accounts_consent;
drop trigger stays on accounts_consentwithdrawal;
drop function role_grant_only_ends();
drop function account_rows_stay();
