-- The last word of a serving process that was told to stop: whoever watches need not wait for its silence.
ALTER TABLE process_samples ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;
