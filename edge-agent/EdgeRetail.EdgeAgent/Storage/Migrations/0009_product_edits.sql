-- What the cloud says the store's own values of product fields are; generations as of cache_stock. based_on, lost and waiting
-- are entry ids of 16 bytes, one after the other; entry_id is empty where no edit counts.
CREATE TABLE cache_register (
  generation INTEGER NOT NULL,
  store_id INTEGER NOT NULL,
  product TEXT NOT NULL,
  field INTEGER NOT NULL,
  entry_id BLOB NOT NULL,
  value TEXT NULL,
  version INTEGER NOT NULL,
  based_on BLOB NOT NULL,
  lost BLOB NOT NULL,
  waiting BLOB NOT NULL,
  undecided INTEGER NOT NULL CHECK (undecided IN (0, 1)),
  actor TEXT NOT NULL,
  device_id INTEGER NOT NULL,
  PRIMARY KEY (generation, store_id, product, field)
) STRICT, WITHOUT ROWID;

-- Own edits are found without looking at the entries between them.
CREATE INDEX entry_edit ON entry (position) WHERE kind = 30;
