-- Sums of `request_rollups` over everything, and over everything but one of release, served, model and key: what is not
-- kept apart is 0. A chart reads a row for each point and value instead of one for each combination.
CREATE TABLE request_totals (
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
CREATE UNIQUE INDEX request_totals_by_place
  ON request_totals (width, release, served, model, key, minute, currency);

-- What is there already, once for each of the five ways to add up. `joined` is the store's own function.
WITH ways (a, b, c, d) AS (VALUES (0, 0, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1))
INSERT INTO request_totals (
  width, minute, release, served, model, key, currency, count, rejected, limited, failed, left_early, cached, degraded,
  streamed, input_tokens, output_tokens, cost_micros, unpriced, saved_micros, total_ns, first_ns, refused, guarded,
  unanswered, errors, hits, totals, firsts, tokens)
SELECT width, minute, a * release, b * served, c * model, d * key, currency, sum(count), sum(rejected), sum(limited),
  sum(failed), sum(left_early), sum(cached), sum(degraded), sum(streamed), sum(input_tokens), sum(output_tokens),
  sum(cost_micros), sum(unpriced), sum(saved_micros), sum(total_ns), sum(first_ns), sum(refused), sum(guarded),
  sum(unanswered), joined(errors), joined(hits), joined(totals), joined(firsts), joined(tokens)
FROM request_rollups, ways GROUP BY 1, 2, 3, 4, 5, 6, 7;

-- The slow ones, which are few; who asks for them says so.
CREATE INDEX requests_by_length ON requests (total_ns) WHERE total_ns >= 1000000000;
