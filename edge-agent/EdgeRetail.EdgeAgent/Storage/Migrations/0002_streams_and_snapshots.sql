-- New streams, pruning, caches that are read anew while selling goes on, agreed clock offsets.

-- Why this ledger has to get a new stream, until it has one.
ALTER TABLE identity ADD COLUMN new_stream_code TEXT NULL;
ALTER TABLE identity ADD COLUMN new_stream_message TEXT NULL;

-- The generation of cache_stock that is shown; another one is filled beside it.
ALTER TABLE identity ADD COLUMN stock_generation INTEGER NOT NULL DEFAULT 1;

ALTER TABLE stream ADD COLUMN opened_because TEXT NOT NULL DEFAULT 'ENROLLED';

-- The cloud had acknowledged so much before it was set back; what it lost is sent again. 0: it has forgotten nothing.
ALTER TABLE stream ADD COLUMN rewinds_through INTEGER NOT NULL DEFAULT 0;

-- The stock checksum of the shown generation; null where it has to be computed.
ALTER TABLE feed ADD COLUMN checksum BLOB NULL;

CREATE TABLE stock_of_generations (
  generation INTEGER NOT NULL,
  store_id INTEGER NOT NULL,
  product TEXT NOT NULL,
  on_hand INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (generation, store_id, product)
) STRICT, WITHOUT ROWID;
INSERT INTO stock_of_generations SELECT 1, store_id, product, on_hand, version FROM cache_stock ORDER BY store_id, product;
DROP TABLE cache_stock;
ALTER TABLE stock_of_generations RENAME TO cache_stock;

-- The reading of the catalogue that last brought the row; what an older one left is taken away when a reading is whole.
ALTER TABLE cache_product ADD COLUMN generation INTEGER NOT NULL DEFAULT 1;

-- A cache that is being read anew. start_*: where the feed stood at the first page; last_version: at the last one so far.
CREATE TABLE snapshot (
  feed INTEGER PRIMARY KEY,
  incarnation BLOB NOT NULL,
  generation INTEGER NOT NULL,
  start_version INTEGER NOT NULL,
  start_hash BLOB NOT NULL,
  last_version INTEGER NOT NULL,
  after_key TEXT NOT NULL,
  is_whole INTEGER NOT NULL CHECK (is_whole IN (0, 1)),
  row_count INTEGER NOT NULL,
  row_count_total INTEGER NOT NULL
) STRICT;

CREATE TABLE clock_offset (
  boot_id INTEGER PRIMARY KEY,
  offset_ms INTEGER NOT NULL,
  error_ms INTEGER NOT NULL,
  agreed_at_ms INTEGER NOT NULL
) STRICT;

-- Devices that this ledger belonged to before it was enrolled as another: it holds what they recorded.
CREATE TABLE former_device (
  device_id INTEGER PRIMARY KEY,
  device_code TEXT NOT NULL
) STRICT;

-- Entries through this position may go: the cloud has them for good, and the cache contains them.
CREATE TABLE retention (
  singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
  pruned_through INTEGER NOT NULL
) STRICT;
INSERT INTO retention (singleton, pruned_through) VALUES (1, 0);

DROP TRIGGER entry_is_never_deleted;
CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
WHEN OLD.position > (SELECT pruned_through FROM retention WHERE singleton = 1)
BEGIN SELECT RAISE(ABORT, 'an entry is never deleted, but where it was pruned'); END;

-- What this ledger was made from when an earlier one was damaged; unreadable: its positions that could not be saved.
CREATE TABLE salvage (
  salvaged_at_ms INTEGER PRIMARY KEY,
  folder TEXT NOT NULL,
  reason TEXT NOT NULL,
  entries INTEGER NOT NULL,
  unreadable_count INTEGER NOT NULL,
  unreadable TEXT NOT NULL
) STRICT;
