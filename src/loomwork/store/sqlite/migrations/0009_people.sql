-- What people say of answers: one row for each trace and person (or key), the last word counts.
CREATE TABLE feedback (
  n INTEGER PRIMARY KEY,
  trace BLOB NOT NULL,
  at_ns INTEGER NOT NULL,
  user TEXT NOT NULL,
  key TEXT NOT NULL,
  rating INTEGER NOT NULL,
  comment TEXT NOT NULL,
  source TEXT NOT NULL
);
CREATE UNIQUE INDEX feedback_by_trace ON feedback (trace, user, key);
CREATE INDEX feedback_by_time ON feedback (at_ns);

-- What an application says happened: a sale, a sign-up, a return. `said` is whatever else it tells, as JSON.
CREATE TABLE events (
  n INTEGER PRIMARY KEY,
  at_ns INTEGER NOT NULL,
  name TEXT NOT NULL,
  session TEXT NOT NULL,
  user TEXT NOT NULL,
  value_micros INTEGER,
  currency TEXT NOT NULL,
  said TEXT NOT NULL
);
CREATE INDEX events_by_time ON events (at_ns);
CREATE INDEX events_by_session ON events (session, at_ns);

-- Links that sign a person in to one try page. Only hashes are kept: of the link's token, which is taken once, and of
-- the session that it was exchanged for.
CREATE TABLE try_links (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  served TEXT NOT NULL,
  label TEXT NOT NULL,
  owner TEXT NOT NULL,
  groups TEXT NOT NULL,
  scopes TEXT NOT NULL,
  token BLOB NOT NULL,
  made_ns INTEGER NOT NULL,
  expires_ns INTEGER NOT NULL,
  used_ns INTEGER NOT NULL,
  session BLOB NOT NULL,
  revoked_ns INTEGER NOT NULL
);
CREATE UNIQUE INDEX try_links_by_token ON try_links (token);
CREATE INDEX try_links_by_session ON try_links (session);
