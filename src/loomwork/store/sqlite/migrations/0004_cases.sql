-- What went wrong and is looked after until it is right. The number is never used again.
CREATE TABLE cases (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  target TEXT NOT NULL,
  status TEXT NOT NULL,
  title TEXT NOT NULL,
  owner TEXT NOT NULL,
  note TEXT NOT NULL,
  run TEXT NOT NULL,
  scorer TEXT NOT NULL,
  said TEXT NOT NULL,
  opened_ns INTEGER NOT NULL,
  changed_ns INTEGER NOT NULL
);
CREATE INDEX cases_by_target ON cases (target, status);

-- The rows of a case: found again by the hash of their input, wherever they stand in a later dataset.
CREATE TABLE case_rows (
  n INTEGER PRIMARY KEY,
  case_n INTEGER NOT NULL,
  input TEXT NOT NULL,
  state TEXT NOT NULL,
  subject TEXT NOT NULL,
  said TEXT NOT NULL
);
CREATE UNIQUE INDEX case_rows_by_input ON case_rows (case_n, input);

-- What became of a case, in order, with the run that made it so.
CREATE TABLE case_events (
  n INTEGER PRIMARY KEY,
  case_n INTEGER NOT NULL,
  at_ns INTEGER NOT NULL,
  status TEXT NOT NULL,
  said TEXT NOT NULL
);
CREATE INDEX case_events_by_case ON case_events (case_n, n);
