"""Numbers for the merchant: queries over several slices, each with its definition; exports of everything."""
