-- Short strings that many rows repeat: steps, kinds, runs, models, span names. Rows are never reused.
CREATE TABLE names (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  text TEXT NOT NULL UNIQUE
);

-- Bodies by their hash. `d8` is the first 8 bytes of the hash as a number: an index over it is half the size.
CREATE TABLE blobs (
  n INTEGER PRIMARY KEY,
  d8 INTEGER NOT NULL,
  digest BLOB NOT NULL,
  form INTEGER NOT NULL,
  size INTEGER NOT NULL,
  made INTEGER NOT NULL,
  data BLOB NOT NULL
);
CREATE INDEX blobs_by_digest ON blobs (d8);

-- A commit writes this table and one index; `call_index` follows in batches.
CREATE TABLE calls (
  n INTEGER PRIMARY KEY,
  id NOT NULL,
  key8 INTEGER NOT NULL,
  key NOT NULL,
  ambient INTEGER NOT NULL,
  step INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  behaviour NOT NULL,
  inputs NOT NULL,
  run INTEGER NOT NULL,
  item INTEGER NOT NULL,
  trial INTEGER NOT NULL,
  status INTEGER NOT NULL,
  reuse INTEGER NOT NULL,
  result,
  value,
  observed NOT NULL,
  record NOT NULL,
  created_ns INTEGER NOT NULL,
  expires_ns INTEGER,
  trace NOT NULL,
  span NOT NULL,
  error TEXT
);
CREATE INDEX calls_by_key ON calls (key8, ambient) WHERE reuse > 0;

CREATE TABLE call_index (
  n INTEGER PRIMARY KEY,
  id NOT NULL,
  step INTEGER NOT NULL,
  inputs NOT NULL,
  run INTEGER NOT NULL,
  item INTEGER NOT NULL,
  trial INTEGER NOT NULL,
  created_ns INTEGER NOT NULL,
  span NOT NULL
);
CREATE INDEX call_index_by_id ON call_index (id);
CREATE INDEX call_index_by_step ON call_index (step, created_ns);
CREATE INDEX call_index_by_inputs ON call_index (step, inputs, created_ns);
CREATE INDEX call_index_by_item ON call_index (run, item, trial);
CREATE INDEX call_index_by_step_item ON call_index (step, item, trial, created_ns);
CREATE INDEX call_index_by_span ON call_index (span) WHERE span != x'';

CREATE TABLE runs (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  target TEXT NOT NULL,
  started_ns INTEGER NOT NULL,
  ended_ns INTEGER,
  status TEXT NOT NULL,
  dataset TEXT NOT NULL,
  items INTEGER NOT NULL,
  ok INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  pid INTEGER NOT NULL,
  process TEXT NOT NULL,
  summary BLOB NOT NULL,
  meta BLOB NOT NULL
);
CREATE INDEX runs_by_start ON runs (started_ns);

CREATE TABLE items (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  run INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  trial INTEGER NOT NULL,
  status INTEGER NOT NULL,
  input NOT NULL,
  output,
  error TEXT,
  trace NOT NULL,
  subject TEXT NOT NULL,
  started_ns INTEGER NOT NULL,
  ended_ns INTEGER NOT NULL
);
CREATE UNIQUE INDEX items_by_place ON items (run, idx, trial);
CREATE INDEX items_by_subject ON items (subject) WHERE subject != '';

CREATE TABLE spans (
  n INTEGER PRIMARY KEY,
  trace NOT NULL,
  span NOT NULL,
  parent NOT NULL,
  name INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  start_ns INTEGER NOT NULL,
  end_ns INTEGER NOT NULL,
  status INTEGER NOT NULL,
  error TEXT,
  run INTEGER NOT NULL,
  item INTEGER NOT NULL,
  trial INTEGER NOT NULL,
  cached INTEGER NOT NULL,
  model INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cost_micros INTEGER,
  currency TEXT NOT NULL,
  input,
  output,
  preview_in TEXT NOT NULL,
  preview_out TEXT NOT NULL,
  subject TEXT NOT NULL,
  attributes BLOB NOT NULL
);
CREATE UNIQUE INDEX spans_by_trace ON spans (trace, span);
CREATE INDEX spans_by_run ON spans (run, start_ns);
CREATE INDEX spans_by_start ON spans (start_ns);
CREATE INDEX spans_roots ON spans (start_ns) WHERE parent = x'';
CREATE INDEX spans_roots_of_run ON spans (run, start_ns) WHERE parent = x'';
CREATE INDEX spans_by_subject ON spans (subject) WHERE subject != '';

-- Who is pruning, erasing or repairing: one at a time.
CREATE TABLE care (
  name TEXT PRIMARY KEY,
  pid INTEGER NOT NULL,
  process TEXT NOT NULL,
  since_ns INTEGER NOT NULL
);

CREATE TABLE rollups (
  n INTEGER PRIMARY KEY,
  minute INTEGER NOT NULL,
  name INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  model INTEGER NOT NULL,
  currency TEXT NOT NULL,
  count INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  cached INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cost_micros INTEGER NOT NULL,
  unpriced INTEGER NOT NULL,
  duration_ns INTEGER NOT NULL,
  buckets BLOB NOT NULL
);
CREATE UNIQUE INDEX rollups_by_place ON rollups (minute, name, kind, model, currency);
