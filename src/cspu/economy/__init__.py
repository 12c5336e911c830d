"""The economy of points: conversions, uses, top-ups, gifts, time bank, debts."""
