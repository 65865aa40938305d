-- What was served: each release once, under the hash of what it is made of. `manifest` says so, as JSON.
CREATE TABLE releases (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  made_ns INTEGER NOT NULL,
  manifest BLOB NOT NULL,
  note TEXT NOT NULL
);

-- The files of a release; their content lies with the other bodies, each once.
CREATE TABLE release_files (
  n INTEGER PRIMARY KEY,
  release INTEGER NOT NULL,
  path TEXT NOT NULL,
  body BLOB NOT NULL
);
CREATE UNIQUE INDEX release_files_by_path ON release_files (release, path);

-- Which release got what share of the requests, when, by whom and why. The last row with share 1 is what is served.
CREATE TABLE promotions (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ns INTEGER NOT NULL,
  release TEXT NOT NULL,
  share REAL NOT NULL,
  by TEXT NOT NULL,
  why TEXT NOT NULL
);
CREATE INDEX promotions_by_release ON promotions (release, at_ns);

-- What is switched off: models, tools and steps, until they are switched on again.
CREATE TABLE kills (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  what TEXT NOT NULL UNIQUE,
  at_ns INTEGER NOT NULL,
  by TEXT NOT NULL,
  why TEXT NOT NULL
);
