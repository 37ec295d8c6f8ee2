"""Returns and exchanges for web shops: policy, label, parcel, bench, money."""

__version__ = "0.1.0"
