-- Times are milliseconds since 1970 UTC, quantities thousandths, amounts minor units.

CREATE TABLE identity (
  singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
  device_id INTEGER NOT NULL,
  device_code TEXT NOT NULL,
  store_id INTEGER NOT NULL,
  assignment_version INTEGER NOT NULL,
  store_name TEXT NOT NULL,
  currency TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  day_cut_off_minutes INTEGER NOT NULL,
  settings_version INTEGER NOT NULL,
  cloud_address TEXT NOT NULL,
  receipt_series TEXT NOT NULL,
  next_receipt_number INTEGER NOT NULL,
  hlc INTEGER NOT NULL,
  last_good_time_ms INTEGER NOT NULL,
  incarnation BLOB NULL,
  session_token BLOB NULL,
  cache_drift_count INTEGER NOT NULL DEFAULT 0,
  -- Entries that are no longer pending: with the pending ones they are all entries of the ledger.
  covered_count INTEGER NOT NULL DEFAULT 0
) STRICT;

-- sequence = position - base_position
CREATE TABLE stream (
  stream_id BLOB PRIMARY KEY,
  base_position INTEGER NOT NULL,
  is_current INTEGER NOT NULL CHECK (is_current IN (0, 1)),
  last_sequence INTEGER NOT NULL,
  last_chain BLOB NOT NULL,
  acknowledged_through INTEGER NOT NULL,
  acknowledged_chain BLOB NOT NULL,
  durable_through INTEGER NOT NULL,
  opened_at_ms INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX stream_current ON stream (is_current) WHERE is_current = 1;

CREATE TABLE chain_checkpoint (
  stream_id BLOB NOT NULL REFERENCES stream (stream_id),
  sequence INTEGER NOT NULL,
  chain BLOB NOT NULL,
  PRIMARY KEY (stream_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE entry (
  position INTEGER PRIMARY KEY,
  entry_id BLOB NOT NULL UNIQUE,
  store_id INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END;
CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'an entry is never deleted'); END;

-- One row per (entry that the cache does not contain, product); an entry without stock has one with product ''.
CREATE TABLE pending (
  position INTEGER NOT NULL REFERENCES entry (position),
  product TEXT NOT NULL,
  store_id INTEGER NOT NULL,
  adjustment INTEGER NOT NULL,
  PRIMARY KEY (position, product)
) STRICT, WITHOUT ROWID;
CREATE INDEX pending_by_product ON pending (store_id, product, adjustment);

CREATE TABLE receipt (
  series TEXT NOT NULL,
  number INTEGER NOT NULL,
  position INTEGER NOT NULL REFERENCES entry (position),
  PRIMARY KEY (series, number)
) STRICT, WITHOUT ROWID;

-- What of a sold line this device took back; the sum over its own refunds that name the line.
CREATE TABLE refunded (
  position INTEGER NOT NULL REFERENCES entry (position),
  line INTEGER NOT NULL,
  quantity INTEGER NOT NULL,
  amount_minor INTEGER NOT NULL,
  PRIMARY KEY (position, line)
) STRICT, WITHOUT ROWID;

-- A command of several entries has one row for each of its parts, from 0.
CREATE TABLE command (
  command_id BLOB NOT NULL,
  part INTEGER NOT NULL,
  position INTEGER NOT NULL REFERENCES entry (position),
  fingerprint BLOB NOT NULL,
  PRIMARY KEY (command_id, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE disposition (
  position INTEGER PRIMARY KEY REFERENCES entry (position),
  kind INTEGER NOT NULL,
  code TEXT NOT NULL,
  reference TEXT NOT NULL
) STRICT;

-- 1: the store's effects, 2: the catalogue (store 0).
CREATE TABLE feed (
  feed INTEGER PRIMARY KEY,
  store_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  hash BLOB NOT NULL,
  applied_at_ms INTEGER NULL
) STRICT;

CREATE TABLE cache_stock (
  store_id INTEGER NOT NULL,
  product TEXT NOT NULL,
  on_hand INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (store_id, product)
) STRICT, WITHOUT ROWID;

CREATE TABLE cache_product (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  brand TEXT NOT NULL,
  size TEXT NOT NULL,
  price_minor INTEGER NOT NULL,
  currency TEXT NOT NULL,
  unit INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;

-- What is found by the beginnings of its words. A GTIN is not: it is found by a range of the code, and a word of its own for
-- each product would cost half of the index.
CREATE VIEW product_text AS
SELECT id, CASE WHEN length(code) = 14 AND code NOT GLOB '*[^0-9]*' THEN '' ELSE code END AS code, name, brand, size FROM cache_product;

CREATE VIRTUAL TABLE product_search USING fts5 (
  code, name, brand, size,
  content = 'product_text', content_rowid = 'id',
  tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);

CREATE TABLE sync_status (
  singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
  last_contact_at_ms INTEGER NULL,
  last_error_code TEXT NULL,
  last_error_message TEXT NULL,
  last_error_at_ms INTEGER NULL
) STRICT;
