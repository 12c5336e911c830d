"""Documents to read and print: a small typesetting layer on fpdf2, and the papers made with it."""
