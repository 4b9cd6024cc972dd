-- What /metrics asks the database, in one round trip.
-- Out: name, label, value; jobs by status, the estimated number of features (the planner's, O(1)), and the seconds since
-- the youngest heartbeat of a worker (null without one); of the public log, how many entries wait for their place and how
-- many its last head covers (null before the first); and how many seconds ago the oldest pending submission came (null
-- without one).
select 'job' as name, status::text as label, count(*)::double precision as value
from procrastinate_jobs
group by status
union all
select 'features', '', greatest(reltuples, 0)::double precision
from pg_class
where oid = 'layers_feature'::regclass
union all
select 'heartbeat', '', extract(epoch from now() - max(last_heartbeat))::double precision
from procrastinate_workers
union all
select 'log_pending', '', count(*)::double precision
from log_pending
union all
select 'log_size', '', max(size)::double precision
from log_head
union all
select 'pending', '', extract(epoch from now() - min(received_at))::double precision
from ingest_submission
where state = 'pending'
