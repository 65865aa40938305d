-- What scorers said of the items of a run. `scorings` holds how each was set and what its scale is, as JSON.
CREATE TABLE scorings (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  run INTEGER NOT NULL,
  scorer INTEGER NOT NULL,
  made_ns INTEGER NOT NULL,
  said BLOB NOT NULL
);
CREATE UNIQUE INDEX scorings_by_run ON scorings (run, scorer);

CREATE TABLE scores (
  n INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  scorer INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  trial INTEGER NOT NULL,
  made_ns INTEGER NOT NULL,
  value REAL,
  label TEXT NOT NULL,
  reason TEXT NOT NULL,
  parts TEXT NOT NULL,
  error TEXT,
  trace NOT NULL
);
CREATE UNIQUE INDEX scores_by_place ON scores (run, scorer, idx, trial);
