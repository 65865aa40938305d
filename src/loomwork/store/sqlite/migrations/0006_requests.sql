-- One row for each request to the gateway. Names are numbers of `names`; `flags` are the bits of `RequestRow`.
CREATE TABLE requests (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  trace NOT NULL,
  at_ns INTEGER NOT NULL,
  release INTEGER NOT NULL,
  served INTEGER NOT NULL,
  model INTEGER NOT NULL,
  key INTEGER NOT NULL,
  user TEXT NOT NULL,
  session TEXT NOT NULL,
  dialect INTEGER NOT NULL,
  status INTEGER NOT NULL,
  error INTEGER NOT NULL,
  cached INTEGER NOT NULL,
  degraded TEXT NOT NULL,
  streamed INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cost_micros INTEGER,
  currency TEXT NOT NULL,
  saved_micros INTEGER NOT NULL,
  total_ns INTEGER NOT NULL,
  first_ns INTEGER NOT NULL,
  chunks INTEGER NOT NULL,
  flags INTEGER NOT NULL
);
CREATE INDEX requests_by_time ON requests (at_ns, status, total_ns, served, release, key);
CREATE INDEX requests_by_trace ON requests (trace);
CREATE INDEX requests_by_release ON requests (release, at_ns);
CREATE INDEX requests_by_user ON requests (user) WHERE user != '';
CREATE INDEX requests_by_session ON requests (session, at_ns) WHERE session != '';

-- What the requests of `width` minutes from `minute` on came to, for each release, served, model, key and currency.
-- `errors` and `hits` count by kind, `totals`, `firsts` and `tokens` are histograms; all are msgpack of a map.
CREATE TABLE request_rollups (
  n INTEGER PRIMARY KEY,
  width INTEGER NOT NULL,
  minute INTEGER NOT NULL,
  release INTEGER NOT NULL,
  served INTEGER NOT NULL,
  model INTEGER NOT NULL,
  key INTEGER NOT NULL,
  currency TEXT NOT NULL,
  count INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  limited INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  left_early INTEGER NOT NULL,
  cached INTEGER NOT NULL,
  degraded INTEGER NOT NULL,
  streamed INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cost_micros INTEGER NOT NULL,
  unpriced INTEGER NOT NULL,
  saved_micros INTEGER NOT NULL,
  total_ns INTEGER NOT NULL,
  first_ns INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  guarded INTEGER NOT NULL,
  unanswered INTEGER NOT NULL,
  errors BLOB NOT NULL,
  hits BLOB NOT NULL,
  totals BLOB NOT NULL,
  firsts BLOB NOT NULL,
  tokens BLOB NOT NULL
);
CREATE UNIQUE INDEX request_rollups_by_place
  ON request_rollups (width, minute, release, served, model, key, currency);

-- What scorers said of served answers.
CREATE TABLE request_scores (
  n INTEGER PRIMARY KEY,
  trace NOT NULL,
  scorer INTEGER NOT NULL,
  at_ns INTEGER NOT NULL,
  value REAL,
  label TEXT NOT NULL,
  reason TEXT NOT NULL
);
CREATE UNIQUE INDEX request_scores_by_trace ON request_scores (trace, scorer);
CREATE INDEX request_scores_by_time ON request_scores (at_ns);

-- How a serving process was doing, every few seconds. `gpus` is JSON, empty where there is none.
CREATE TABLE process_samples (
  n INTEGER PRIMARY KEY,
  at_ns INTEGER NOT NULL,
  pid INTEGER NOT NULL,
  cpu REAL NOT NULL,
  rss INTEGER NOT NULL,
  fds INTEGER NOT NULL,
  lag_ns INTEGER NOT NULL,
  gpus TEXT NOT NULL
);
CREATE INDEX process_samples_by_time ON process_samples (at_ns);

-- Alerts that fired, each until it was over (`until_ns` NULL: it still is).
CREATE TABLE alerts (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  since_ns INTEGER NOT NULL,
  until_ns INTEGER,
  said TEXT NOT NULL
);
CREATE INDEX alerts_by_time ON alerts (since_ns);
CREATE INDEX alerts_open ON alerts (name) WHERE until_ns IS NULL;

-- How far a job that goes through time has come.
CREATE TABLE marks (
  name TEXT PRIMARY KEY,
  at_ns INTEGER NOT NULL
);
