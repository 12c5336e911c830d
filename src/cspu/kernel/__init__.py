"""Plain values every room speaks in: amounts, periods, ids, facts, errors. No Django here."""
