-- How a product is taxed, and what is in a pack. terms_check: of both with version and code, 0 where there is neither; the sum of
-- the catalogue has the version, and a row whose terms changed by themselves counts as another version.
ALTER TABLE cache_product ADD COLUMN tax_rate_id TEXT NULL;
ALTER TABLE cache_product ADD COLUMN tax_hundredths INTEGER NULL;
ALTER TABLE cache_product ADD COLUMN tax_inclusive INTEGER NULL;
ALTER TABLE cache_product ADD COLUMN tax_rounding INTEGER NULL;
ALTER TABLE cache_product ADD COLUMN pack_product TEXT NULL;
ALTER TABLE cache_product ADD COLUMN pack_content INTEGER NULL;
ALTER TABLE cache_product ADD COLUMN terms_check INTEGER NOT NULL DEFAULT 0;

-- The catalogue comes again from its beginning: what is here came without them.
UPDATE feed SET version = 0, hash = zeroblob(32), checksum = NULL WHERE feed = 2;
