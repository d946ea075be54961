from receivers import certificate

__all__ = ["certificate"]
