"""The monthly payroll declaration (DSN): read, checked, replayed, turned into facts; also written."""
