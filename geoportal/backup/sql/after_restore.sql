-- The last statements of a restore, in its transaction. The log of changes (layers/sql/changes.sql) goes by numbers of the
-- old server's transactions, which say nothing in another: it begins anew, and with it the snapshot of columns.
INSERT INTO public.layers_change_horizon (xid) VALUES ('0');
