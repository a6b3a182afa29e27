-- Entries that the cache contains leave what is pending; many at once leave by a mark. An entry through this position is not
-- pending, whatever rows are left of it: they are cleared away in parts.
ALTER TABLE identity ADD COLUMN covered_through INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pending RENAME TO pending_row;
CREATE VIEW pending AS SELECT position, product, store_id, adjustment FROM pending_row WHERE position > (SELECT covered_through FROM identity WHERE singleton = 1);
