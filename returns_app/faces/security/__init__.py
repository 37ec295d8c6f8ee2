"""What every page and address is protected by: sessions, origins, headers, limits, and who may enter."""
