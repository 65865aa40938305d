-- People's answers about outputs. A review is a queue of items of one run, or of pairs of two runs' items.
-- `said` holds how it was made (kind, criteria, seed), as JSON; `touched_ns` is the time of the last answer.
CREATE TABLE reviews (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  run INTEGER NOT NULL,
  other INTEGER,
  made_ns INTEGER NOT NULL,
  touched_ns INTEGER NOT NULL,
  said BLOB NOT NULL
);

CREATE TABLE review_items (
  n INTEGER PRIMARY KEY,
  review INTEGER NOT NULL,
  place INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  trial INTEGER NOT NULL,
  other_idx INTEGER,
  other_trial INTEGER
);
CREATE UNIQUE INDEX review_items_by_place ON review_items (review, place);

-- One answer for each reviewer and item: the last one. `revision` grows with each that replaces another.
CREATE TABLE review_answers (
  n INTEGER PRIMARY KEY,
  review INTEGER NOT NULL,
  place INTEGER NOT NULL,
  reviewer INTEGER NOT NULL,
  made_ns INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  left_side TEXT NOT NULL,
  marks TEXT NOT NULL,
  comment TEXT NOT NULL,
  spent_ms REAL NOT NULL
);
CREATE UNIQUE INDEX review_answers_by_place ON review_answers (review, place, reviewer);

-- Reviewers who have seen the result: their answers are final.
CREATE TABLE review_ends (
  n INTEGER PRIMARY KEY,
  review INTEGER NOT NULL,
  reviewer INTEGER NOT NULL,
  made_ns INTEGER NOT NULL
);
CREATE UNIQUE INDEX review_ends_by_reviewer ON review_ends (review, reviewer);
