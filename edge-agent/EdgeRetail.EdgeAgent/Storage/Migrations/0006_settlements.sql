-- What an operator did about own entries that stood in quarantine. Kinds as on the wire.
CREATE TABLE settlement (
  position INTEGER PRIMARY KEY REFERENCES entry (position),
  kind INTEGER NOT NULL,
  version INTEGER NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;
