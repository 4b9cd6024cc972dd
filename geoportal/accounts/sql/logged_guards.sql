-- Rows that the public log commits to are never edited or deleted: grants of roles (only brought to an earlier
-- end), ends of roles, consents and their withdrawals.
create function account_rows_stay() returns trigger language plpgsql as $$
begin
    raise exception '% is never changed or deleted', tg_table_name using errcode = 'restrict_violation';
end $$;

create function role_grant_only_ends() returns trigger language plpgsql as $$
begin
    if (to_jsonb(new) - 'valid_to') <> (to_jsonb(old) - 'valid_to')
        or coalesce(new.valid_to, 'infinity') > coalesce(old.valid_to, 'infinity') then
        raise exception '% is never changed, only ended', tg_table_name using errcode = 'restrict_violation';
    end if;
    return new;
end $$;

create trigger only_ends before update on accounts_rolegrant for each row execute function role_grant_only_ends();
create trigger stays before delete on accounts_rolegrant for each row execute function account_rows_stay();
create trigger stays before update or delete on accounts_roleend for each row execute function account_rows_stay();
create trigger stays before update or delete on accounts_consent for each row execute function account_rows_stay();
create trigger stays before update or delete on accounts_consentwithdrawal
    for each row execute function account_rows_stay();
