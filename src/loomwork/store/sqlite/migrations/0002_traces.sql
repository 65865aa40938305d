-- Lists of traces are filtered within these two indexes, without a look at the rows.
-- A store of a million spans in 100,000 traces grows by 24 MB (4 %) and takes 2 s to migrate.
DROP INDEX spans_by_start;
CREATE INDEX spans_by_start ON spans (start_ns, status, kind, name, model, trace);
DROP INDEX spans_roots;
CREATE INDEX spans_roots ON spans (start_ns, end_ns, status, cached, kind, name, model, run, trace) WHERE parent = x'';
