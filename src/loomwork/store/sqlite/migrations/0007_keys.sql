-- API keys of the gateway. `said` holds scopes, groups, models, label and limits, as JSON. No key stands in any column.
CREATE TABLE api_keys (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  made_ns INTEGER NOT NULL,
  expires_ns INTEGER,
  revoked_ns INTEGER,
  said TEXT NOT NULL
);

-- Secrets of keys: their SHA-256 and last characters. Two of one key while it rotates.
CREATE TABLE key_secrets (
  n INTEGER PRIMARY KEY,
  key_n INTEGER NOT NULL,
  digest BLOB NOT NULL UNIQUE,
  ending TEXT NOT NULL,
  made_ns INTEGER NOT NULL,
  expires_ns INTEGER
);
CREATE INDEX key_secrets_by_key ON key_secrets (key_n);

-- What a holder (`key:ID`, `owner:PRINCIPAL`) may spend of a unit in a period.
CREATE TABLE budgets (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  holder TEXT NOT NULL,
  unit TEXT NOT NULL,
  period TEXT NOT NULL,
  most INTEGER NOT NULL,
  wanted_ns INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX budgets_by_holder ON budgets (holder, unit, period);

-- What is settled, by the start of the period.
CREATE TABLE budget_spends (
  n INTEGER PRIMARY KEY,
  budget INTEGER NOT NULL,
  start TEXT NOT NULL,
  spent INTEGER NOT NULL
);
CREATE UNIQUE INDEX budget_spends_by_start ON budget_spends (budget, start);

-- What processes may spend without asking: `amount` in all, of which `folded` is settled in `budget_spends`. `slot` is
-- the place in the process's ledger beside the store, where it notes what it has spent in all.
CREATE TABLE budget_leases (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  budget INTEGER NOT NULL,
  start TEXT NOT NULL,
  amount INTEGER NOT NULL,
  folded INTEGER NOT NULL DEFAULT 0,
  pid INTEGER NOT NULL,
  process TEXT NOT NULL,
  ledger TEXT NOT NULL,
  slot INTEGER NOT NULL
);
CREATE INDEX budget_leases_by_budget ON budget_leases (budget, start);

-- Grows with every change to keys and budgets, so that servers look at them again.
CREATE TABLE key_version (
  n INTEGER PRIMARY KEY,
  version INTEGER NOT NULL
);
INSERT INTO key_version (n, version) VALUES (1, 0);

-- The audit log. Rows are never changed, but for the words of erased people; `audit_head` remembers its end.
CREATE TABLE audit (
  n INTEGER PRIMARY KEY,
  at_ns INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  said TEXT NOT NULL,
  salts BLOB NOT NULL,
  sealed BLOB NOT NULL,
  before BLOB NOT NULL,
  hash BLOB NOT NULL
);
CREATE INDEX audit_by_action ON audit (action, n);
CREATE TABLE audit_head (
  n INTEGER PRIMARY KEY,
  last INTEGER NOT NULL,
  hash BLOB NOT NULL
);
INSERT INTO audit_head (n, last, hash) VALUES (1, 0, zeroblob(32));
