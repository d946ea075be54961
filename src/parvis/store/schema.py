"""The tables. Times are UTC seconds since the epoch; civil hours are cut in the site's zone.

A *part* is what one run saw of one series in one minute; several runs may each hold a part of the
same minute. ``minute`` keeps the parts, ``hour`` keeps their moments (see
:mod:`parvis.store.moments`), so that hours and days stay answerable after minutes are purged.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

series = Table(
    "series",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("camera", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("shape", String, nullable=False),
    Column("object_class", String, nullable=False),
    Column("direction", Integer),
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("camera", String, nullable=False),
    Column("name", String, nullable=False),
    UniqueConstraint("camera", "name", name="uq_run_camera_name"),
)

# The measuring tables carry no foreign key: only Store.record writes them, it takes the ids in the
# same transaction, and a check per row would cost a third of the write speed.
minute = Table(
    "minute",
    metadata,
    Column("series_id", Integer, primary_key=True, autoincrement=False),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("run_id", Integer, primary_key=True, autoincrement=False),
    Column("value", Double),
    Column("below", Double, nullable=False),
    Column("above", Double, nullable=False),
    Column("variance", Double, nullable=False),
    Column("coverage_s", Double, nullable=False),
    Column("weight", Double, nullable=False),
    sqlite_with_rowid=False,
)

hour = Table(
    "hour",
    metadata,
    Column("series_id", Integer, primary_key=True, autoincrement=False),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("seen", Integer, nullable=False),
    Column("value", Double, nullable=False),
    Column("below", Double, nullable=False),
    Column("above", Double, nullable=False),
    Column("variance", Double, nullable=False),
    Column("coverage_s", Double, nullable=False),
    Column("weight", Double, nullable=False),
    sqlite_with_rowid=False,
)

camera_minute = Table(
    "camera_minute",
    metadata,
    Column("camera", String, primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("run_id", Integer, primary_key=True, autoincrement=False),
    Column("coverage_s", Double, nullable=False),
    sqlite_with_rowid=False,
)

camera_hour = Table(
    "camera_hour",
    metadata,
    Column("camera", String, primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("coverage_s", Double, nullable=False),
    sqlite_with_rowid=False,
)

# What a camera's ground says of quarters of an hour, run by run; see store/ground.py.
ground_quarter = Table(
    "ground_quarter",
    metadata,
    Column("camera", String, primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("run_id", Integer, primary_key=True, autoincrement=False),
    Column("coverage_s", Double, nullable=False),
    Column("cell_m", Double, nullable=False),
    Column("calibration", String, nullable=False, server_default=""),
    sqlite_with_rowid=False,
)

flow_cell = Table(
    "flow_cell",
    metadata,
    Column("camera", String, primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("run_id", Integer, primary_key=True, autoincrement=False),
    Column("x_m", Double, primary_key=True),
    Column("y_m", Double, primary_key=True),
    Column("presence_s", Double, nullable=False),
    Column("east_mps", Double, nullable=False),
    Column("north_mps", Double, nullable=False),
    Column("counterflow_share", Double),
    Column("stops", Integer, nullable=False),
    sqlite_with_rowid=False,
)

journey = Table(
    "journey",
    metadata,
    Column("camera", String, primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("run_id", Integer, primary_key=True, autoincrement=False),
    Column("origin", String, primary_key=True),
    Column("destination", String, primary_key=True),
    Column("object_class", String, primary_key=True),
    Column("n", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Speeds of a quarter of an hour: minutes are merged into it as they arrive.
speed = Table(
    "speed",
    metadata,
    Column("camera", String, primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("shape", String, primary_key=True),
    Column("object_class", String, primary_key=True),
    Column("direction", Integer, primary_key=True, autoincrement=False),  # -1: none
    Column("bins", Text, nullable=False),
    sqlite_with_rowid=False,
)

site_state = Table(
    "site_state",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)

outage = Table(
    "outage",
    metadata,
    Column("camera", String, primary_key=True),  # empty: the whole system
    Column("from_s", Double, primary_key=True),
    Column("to_s", Double),  # null: still going on
    Column("reason", Text, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at_s", Double, nullable=False, index=True),
    Column("who", String, nullable=False),
    Column("action", String, nullable=False),
    Column("target", String, nullable=False),
    Column("why", Text, nullable=False),
    Column("origin", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

# One row for each cut of the trail: how far it went, the hash on which the rest stands, and the
# signed proof (store/audit_seal.py); those of before signatures have none.
audit_anchor = Table(
    "audit_anchor",
    metadata,
    Column("through_seq", Integer, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),
    Column("at_s", Double),
    Column("before_s", Double),
    Column("key", String),
    Column("signature", String),
)

# Where the trail ends, noted by the database itself at each entry: an end that is cut off shows.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)

# What may not be deleted for a while, see store/holds.py.
hold = Table(
    "hold",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("from_s", Double, nullable=False),
    Column("until_s", Double, nullable=False),
    Column("who", String, nullable=False),
    Column("made_s", Double, nullable=False),
    Column("lifted_s", Double),
)

account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("folded_name", String, nullable=False, unique=True),
    Column("password_hash", String, nullable=False),
    Column("role", String, nullable=False),
    Column("created_s", Double, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("places", Text),  # JSON list of names; null: the whole site
    Column("expires_s", Double),
    Column("subject", String),  # who signs them in elsewhere; null: a password here
    Column("totp_secret", String),  # null: no second factor
    Column("totp_step", BigInteger),  # of the last code taken
    Index("ix_account_subject", "subject", unique=True),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("account_id", Integer, primary_key=True),
    Column("code_hash", String, primary_key=True),
    Column("used_s", Double),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", String, primary_key=True),
    Column("account_id", Integer, nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("token_hash", String, nullable=False, unique=True),
    Column("scopes", String, nullable=False),  # separated by blanks
    Column("created_s", Double, nullable=False),
    Column("expires_s", Double, nullable=False),
    Column("last_used_s", Double),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("account_id", Integer, nullable=False, index=True),
    Column("created_s", Double, nullable=False),
    Column("last_seen_s", Double, nullable=False),
    Column("expires_s", Double, nullable=False),
    Column("origin", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("second", Boolean, nullable=False),  # the second factor was given
)

one_time_link = Table(
    "one_time_link",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("purpose", String, nullable=False),
    Column("expires_s", Double, nullable=False),
    Column("used_s", Double),
)

# Result and events are JSON that measures.checks writes; events go with their retention.
count_check = Table(
    "count_check",
    metadata,
    Column("id", String, primary_key=True),
    Column("camera", String, nullable=False),
    Column("line", String, nullable=False),
    Column("who", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("start_s", Double, nullable=False),
    Column("limit_s", Double, nullable=False),
    Column("end_s", Double),  # null: the person still counts
    Column("light", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("config_hash", String, nullable=False),
    Column("model", String, nullable=False),
    Column("result", Text),
    Column("events", Text),
    Column("signed_by", String),
    Column("signed_s", Double),
    Index("ix_count_check_line", "camera", "line"),
)

check_entry = Table(
    "check_entry",
    metadata,
    Column("check_id", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("time_s", Double, nullable=False),
    Column("act", String, nullable=False),
    Column("direction", Integer),
    Column("tapped", String),
    Column("of", String),
)

correction = Table(
    "correction",
    metadata,
    Column("camera", String, primary_key=True),
    Column("line", String, primary_key=True),
    Column("light", String, primary_key=True),
    Column("direction", Integer, primary_key=True, autoincrement=False),
    Column("tapped", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("factor", Double, nullable=False),
    Column("low", Double, nullable=False),
    Column("high", Double, nullable=False),
    Column("from_s", Double, nullable=False),
    Column("to_s", Double),  # null: in force
    Column("who", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("checks", Text, nullable=False),
)

# An alert as it is now; what happened to it stands in alert_event.
alert = Table(
    "alert",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("episode", String, nullable=False, unique=True),
    Column("rule", String, nullable=False),
    Column("version", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("form", String, nullable=False),
    Column("camera", String, nullable=False),
    Column("shape", String, nullable=False),
    Column("model", String, nullable=False),
    Column("basis", String, nullable=False, server_default="image"),
    Column("purposes", Text, nullable=False, server_default="[]"),  # JSON
    Column("indicator", String, nullable=False, server_default=""),
    Column("shadow", Boolean, nullable=False),
    Column("raised_s", Double, nullable=False),
    Column("raised_day", String(10), nullable=False),  # civil date of the site
    Column("changed_s", Double, nullable=False),
    Column("since_s", Double, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("peak", Integer, nullable=False),
    Column("value", Double, nullable=False),
    Column("low", Double),
    Column("high", Double),
    Column("threshold", Double, nullable=False),
    Column("at_x_m", Double),
    Column("at_y_m", Double),
    Column("over_s", Double),  # null: it goes on
    Column("held_s", Double),
    Column("episodes", Integer, nullable=False),
    Column("taken_by", String),
    Column("taken_s", Double),
    Column("verdict", String),  # null: nobody has judged it
    Column("judged_by", String),
    Column("judged_s", Double),
    Column("reason", String),
    Column("note", Text),
    Column("usual_hours", Integer),  # null: no comparison with the usual
    Column("usual_value", Double),
    Column("usual_expected", Double),
    Column("usual_low", Double),
    Column("usual_high", Double),
    Index("ix_alert_inbox", "shadow", "verdict", "number"),
    Index("ix_alert_judged", "judged_s"),
    Index("ix_alert_over", "over_s"),
    Index("ix_alert_rule", "rule", "camera", "raised_s"),
    Index("ix_alert_raised", "raised_s"),
    Index("ix_alert_nature", "basis", "kind", "camera", "purposes"),
)

# Append-only. What a rule said bears its episode and number, so that it is taken once.
alert_event = Table(
    "alert_event",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("alert_id", String, nullable=False),
    Column("episode", String),
    Column("number", Integer),
    Column("time_s", Double, nullable=False),
    Column("deed", String, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("value", Double),
    Column("low", Double),
    Column("high", Double),
    Column("threshold", Double),
    Column("version", String, nullable=False),
    Column("model", String, nullable=False),
    Column("who", String, nullable=False),
    Column("reason", String),
    Column("note", Text, nullable=False),
    UniqueConstraint("episode", "number", name="uq_alert_event_change"),
    Index("ix_alert_event_alert", "alert_id", "time_s"),
)

# Changes that came before the one that raises their alert; body as store/alert_wire.py writes it.
alert_early = Table(
    "alert_early",
    metadata,
    Column("episode", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("time_s", Double, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)

alert_replay = Table(
    "alert_replay",
    metadata,
    Column("alert_id", String, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

# Episodes that raised no alert, over a cap or by the profile: no more is kept than the quarter.
alert_unraised = Table(
    "alert_unraised",
    metadata,
    Column("episode", String, primary_key=True),
    Column("rule", String, nullable=False),
    Column("camera", String, nullable=False),
    Column("shape", String, nullable=False),
    Column("quarter_s", BigInteger, nullable=False),
    Column("why", String, nullable=False),
    Index("ix_alert_unraised", "quarter_s", "rule"),
)

# The outbox: a message about an alert, to one channel; its id is its own for ever.
notice = Table(
    "notice",
    metadata,
    Column("id", String, primary_key=True),
    Column("channel", String, nullable=False),
    Column("alert_id", String, nullable=False),
    Column("deed", String, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("called_by", String, nullable=False),  # channel that escalates; else empty
    Column("event_s", Double, nullable=False),
    Column("since_s", Double, nullable=False),  # since when it could have gone
    Column("due_s", Double, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("digest", String),  # id of the one message that tells of many
    Column("done_s", Double),
    Column("why", Text, nullable=False),
    Index("ix_notice_due", "state", "channel", "due_s"),
    Index("ix_notice_alert", "alert_id", "channel"),
    Index("ix_notice_done", "channel", "state", "done_s"),
)

notice_channel = Table(
    "notice_channel",
    metadata,
    Column("channel", String, primary_key=True),
    Column("sent_s", Double),
    Column("failed_s", Double),
    Column("failures", Integer, nullable=False),  # in a row
    Column("failure", Text, nullable=False),
)

# Every version of a recorded legal act; lists are JSON. Append-only, the database keeps to it.
instrument = Table(
    "instrument",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("authority", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("events", Text, nullable=False),
    Column("purposes", Text, nullable=False),
    Column("perimeter", Text, nullable=False),
    Column("cameras", Text, nullable=False),
    Column("starts_s", Double, nullable=False),
    Column("ends_s", Double, nullable=False),
    Column("attestation", Text, nullable=False),
    Column("recorded_s", Double, nullable=False),
    Column("recorded_by", String, nullable=False),
    Column("why", Text, nullable=False),
)

# Ends of acts that were seen and written to the trail.
instrument_end = Table(
    "instrument_end",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at_s", Double, nullable=False),
)

# Signed versions of the impact assessment; purposes are a JSON list. Append-only.
assessment = Table(
    "assessment",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("purposes", Text, nullable=False),
    Column("config_hash", String, nullable=False),
    Column("signed_s", Double, nullable=False),
    Column("signed_by", String, nullable=False),
    Column("why", Text, nullable=False),
)
