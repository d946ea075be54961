"""What the audit trail says of a site.yaml changed by hand: names of keys, never values."""

from parvis.site.watch import SiteChange


def told(change: SiteChange) -> dict[str, object]:
    """The facts of a change.

    Returns:
        ``file`` and ``before``, the hashes of the file's bytes now and before;
        ``configuration_hash``, of what it says;
        the cameras ``added``, ``removed`` and ``changed`` with their keys; the ``keys`` of other
        sections. No value stands in it: an address may hold a password.
    """
    cameras = dict(change.changed)
    # A camera whose words changed alone is told like any other.
    cameras |= {name: frozenset(_words(change, name)) for name in change.relabelled}
    return {
        "file": change.after.etag,
        "before": change.before.etag,
        "configuration_hash": change.after.hash,
        "added": sorted(change.added),
        "removed": sorted(change.removed),
        "changed": {name: sorted(keys) for name, keys in sorted(cameras.items())},
        "keys": sorted(key for section in change.sections for key in _keys(change, section)),
    }


def _words(change: SiteChange, name: str) -> list[str]:
    before, after = change.before.site.cameras[name], change.after.site.cameras[name]
    return [key for key in type(after).model_fields if getattr(before, key) != getattr(after, key)]


def _keys(change: SiteChange, section: str) -> list[str]:
    before, after = (getattr(one.site, section) for one in (change.before, change.after))
    fields = getattr(type(after), "model_fields", None)
    if fields is None or type(before) is not type(after):
        return [section]
    return [f"{section}.{key}" for key in fields if getattr(before, key) != getattr(after, key)]
