-- Own closes of business days. They stay when their entries are pruned: the next close goes on after the latest one.
CREATE TABLE day_close (
  position INTEGER PRIMARY KEY,
  entry_id BLOB NOT NULL UNIQUE,
  store_id INTEGER NOT NULL,
  -- Days since 1970-01-01: the date that was closed.
  business_day INTEGER NOT NULL,
  -- What it counted, as in the entry.
  figures BLOB NOT NULL,
  -- What the cloud said to it, as on the wire.
  answer BLOB NULL
) STRICT;
CREATE INDEX day_close_of_store ON day_close (store_id, position);

-- What was pruned after the latest close of a store, counted before it went.
CREATE TABLE day_carry (
  store_id INTEGER PRIMARY KEY,
  through INTEGER NOT NULL,
  figures BLOB NOT NULL
) STRICT;
