"""A process that tells people of alerts until it is killed: notifying.py SITE.YAML DATABASE."""

import sys
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from parvis.alerts.from_site import sound_rules_of
from parvis.policy.gate import Gate
from parvis.publish.notifier import Notifier
from parvis.server.i18n import Words
from parvis.site import load
from parvis.store import Store, sqlite_url


def main() -> None:
    site, database = map(Path, sys.argv[1:])
    found = load(site).site
    rules = {rule.name: rule for rule in sound_rules_of(found.rules)}
    store = Store(sqlite_url(database), ZoneInfo(found.site.timezone))
    gate = Gate.of(found.policy.profile, found.recorded)
    notifier = Notifier(store, lambda: load(site), lambda: gate, lambda: rules, Words, time.time)
    notifier.start()
    time.sleep(120)


if __name__ == "__main__":
    main()
