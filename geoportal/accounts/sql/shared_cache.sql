-- The table of Django's DatabaseCache, as its createcachetable makes it: what all web processes must know of each
-- other, such as how often somebody tried a password.
create table if not exists shared_cache (
    cache_key varchar(255) primary key,
    value text not null,
    expires timestamp with time zone not null
);
create index if not exists shared_cache_expires on shared_cache (expires);
