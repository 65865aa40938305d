-- What a link's holder may ask for at most: limits by name of what is served, as JSON, and whether calls of an unknown
-- price go through although there is a budget. The budgets themselves stand where those of keys do, held by `link:ID`.
ALTER TABLE try_links ADD COLUMN limits TEXT NOT NULL DEFAULT '{}';
ALTER TABLE try_links ADD COLUMN unknown_price INTEGER NOT NULL DEFAULT 0;
