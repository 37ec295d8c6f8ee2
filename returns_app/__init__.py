"""Returns and exchanges for web shops: policy, label, parcel, bench, money."""
