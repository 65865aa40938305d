-- Who was there within `width` minutes from `minute` on: sessions (`kind` 0) and users (1), each once.
CREATE TABLE request_people (
  n INTEGER PRIMARY KEY,
  width INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  minute INTEGER NOT NULL,
  name TEXT NOT NULL
);
CREATE UNIQUE INDEX request_people_by_time ON request_people (width, kind, minute, name);
CREATE INDEX request_people_by_name ON request_people (name);
