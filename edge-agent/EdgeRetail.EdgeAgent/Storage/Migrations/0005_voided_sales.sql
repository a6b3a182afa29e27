-- Sales that this device voided, by the position of the sale.
CREATE TABLE voided (
  position INTEGER PRIMARY KEY REFERENCES entry (position),
  voided_by INTEGER NOT NULL UNIQUE REFERENCES entry (position)
) STRICT;
