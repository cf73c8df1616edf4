# SPDX-License-Identifier: Apache-2.0
"""The way from each older schema of the desk's database to the next.

A step is frozen once a release has taken it: it describes the past, so it names columns itself and reads no table of
today's. A new schema adds one entry here, and a test that walks from the oldest fixture proves that old and new
workspaces end alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.storage.accounts_step import ACCOUNTS_6, ACCOUNTS_6_POSTGRESQL
from koodesk.backend.storage.once_step import ONCE_5
from koodesk.backend.storage.reports_step import REPORTS_4
from koodesk.backend.storage.schema_version import SCHEMA_VERSION
from koodesk.backend.storage.search_step import SEARCH_4

STEPS: Final[Mapping[int, tuple[str, ...]]] = {
    # 2: videos in the gallery have a length; materials have tags, a focal point and a look, and there is a brand kit.
    2: (
        "ALTER TABLE material ADD COLUMN duration_ms INTEGER DEFAULT 0 NOT NULL",
        "ALTER TABLE material ADD COLUMN tags TEXT DEFAULT '' NOT NULL",
        "ALTER TABLE material ADD COLUMN focal_x INTEGER DEFAULT 500 NOT NULL",
        "ALTER TABLE material ADD COLUMN focal_y INTEGER DEFAULT 500 NOT NULL",
        "ALTER TABLE material ADD COLUMN look TEXT DEFAULT '' NOT NULL",
        """CREATE TABLE brand_item (
            kind TEXT NOT NULL, place INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, place)
        )""",
        # Saved versions have names; a card with variants is handed in as cards of its own, which know their master.
        "ALTER TABLE card_revision ADD COLUMN label TEXT DEFAULT '' NOT NULL",
        "ALTER TABLE card ADD COLUMN master_id INTEGER DEFAULT 0 NOT NULL",
        "ALTER TABLE card ADD COLUMN master_digest TEXT DEFAULT '' NOT NULL",
    ),
    # 3: video SMS. A campaign has a kind, frozen like the rest of it.
    3: (
        "ALTER TABLE campaign ADD COLUMN kind TEXT DEFAULT 'smart' NOT NULL",
        "DROP TRIGGER campaign_is_frozen",
        """CREATE TRIGGER campaign_is_frozen BEFORE UPDATE OF
            uuid, digest, snapshot, gateway, gateway_class, signature, promotion, fallback, kind ON campaign
            BEGIN SELECT RAISE(ABORT, 'a confirmed campaign is frozen'); END""",
        # Video SMS has signatures and templates of its own.
        """CREATE TABLE video_signature (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, third_party BOOLEAN NOT NULL,
            "authorization" TEXT NOT NULL, other TEXT NOT NULL, state TEXT NOT NULL, submitted_digest TEXT NOT NULL,
            created_ms INTEGER NOT NULL, UNIQUE (name)
        )""",
        """CREATE TABLE video_template (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, tpl_id TEXT NOT NULL, revision INTEGER NOT NULL,
            submitted_digest TEXT NOT NULL, submitted_content TEXT NOT NULL, submitted_signature TEXT NOT NULL,
            created_ms INTEGER NOT NULL
        )""",
        """CREATE TABLE video_revision (
            template_id INTEGER NOT NULL, revision INTEGER NOT NULL, digest TEXT NOT NULL, name TEXT NOT NULL,
            title TEXT NOT NULL, params TEXT NOT NULL, size INTEGER NOT NULL, template TEXT NOT NULL, saved_ms INTEGER NOT NULL,
            PRIMARY KEY (template_id, revision),
            FOREIGN KEY(template_id) REFERENCES video_template (id) ON DELETE CASCADE
        )""",
        """CREATE TABLE video_material (
            template_id INTEGER NOT NULL, revision INTEGER NOT NULL, digest TEXT NOT NULL,
            PRIMARY KEY (template_id, revision, digest),
            FOREIGN KEY(template_id, revision) REFERENCES video_revision (template_id, revision) ON DELETE CASCADE
        )""",
        "CREATE INDEX video_material_digest ON video_material (digest)",
    ),
    # 4: the console. A comment before each topic's statements says what they are for.
    4: (
        # Reports: counts are kept as receipts arrive, and begin with what the ledger has.
        *REPORTS_4,
        # budgets: what a campaign may cost, and what each of its chunks may
        """CREATE TABLE campaign_budget (
            id INTEGER NOT NULL PRIMARY KEY, campaign_id INTEGER NOT NULL, amount BIGINT NOT NULL, at_ms BIGINT NOT NULL,
            "by" TEXT NOT NULL, FOREIGN KEY(campaign_id) REFERENCES campaign (id)
        )""",
        "CREATE INDEX campaign_budget_by_campaign ON campaign_budget (campaign_id, id)",
        """CREATE TABLE chunk_cost (
            campaign_id INTEGER NOT NULL, no INTEGER NOT NULL, worst BIGINT NOT NULL, PRIMARY KEY (campaign_id, no)
        ) WITHOUT ROWID""",
        """CREATE TRIGGER campaign_budget_no_update BEFORE UPDATE ON campaign_budget
            BEGIN SELECT RAISE(ABORT, 'campaign_budget is append-only'); END""",
        """CREATE TRIGGER campaign_budget_no_delete BEFORE DELETE ON campaign_budget
            BEGIN SELECT RAISE(ABORT, 'campaign_budget is append-only'); END""",
        # Desk: a submission keeps what holidays have to do with the time an answer is expected.
        "ALTER TABLE submission ADD COLUMN calendar TEXT DEFAULT '' NOT NULL",
        # Desk: what a workspace has set; who opted out by whose hand; who said where a list's consent comes from.
        """CREATE TABLE workspace_setting (
            name TEXT NOT NULL, value TEXT NOT NULL, "by" TEXT NOT NULL, at_ms BIGINT NOT NULL, PRIMARY KEY (name)
        ) WITHOUT ROWID""",
        "ALTER TABLE opt_out ADD COLUMN campaign_id INTEGER DEFAULT '0' NOT NULL",
        "ALTER TABLE opt_out ADD COLUMN \"by\" TEXT DEFAULT '' NOT NULL",
        "CREATE INDEX opt_out_by_signature ON opt_out (signature, at_ms)",
        """CREATE TABLE opt_out_event (
            id INTEGER NOT NULL PRIMARY KEY, at_ms BIGINT NOT NULL, what TEXT NOT NULL, signature TEXT NOT NULL,
            number BIGINT, "by" TEXT NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL
        )""",
        """CREATE TRIGGER opt_out_event_no_update BEFORE UPDATE ON opt_out_event
            BEGIN SELECT RAISE(ABORT, 'opt_out_event is append-only'); END""",
        """CREATE TRIGGER opt_out_event_no_delete BEFORE DELETE ON opt_out_event
            BEGIN SELECT RAISE(ABORT, 'opt_out_event is append-only'); END""",
        "ALTER TABLE audience ADD COLUMN consent_kind TEXT DEFAULT '' NOT NULL",
        "ALTER TABLE audience ADD COLUMN consent_by TEXT DEFAULT '' NOT NULL",
        "ALTER TABLE audience ADD COLUMN consent_ms INTEGER DEFAULT '0' NOT NULL",
        # Service account: its filing asks for the company's data.
        "ALTER TABLE filing ADD COLUMN company TEXT DEFAULT '' NOT NULL",
        # Resolve tasks: custom domains, jump URLs, tasks with their links, receipts that are each counted once.
        """CREATE TABLE link_domain (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, generation INTEGER NOT NULL, note TEXT NOT NULL,
            state TEXT NOT NULL, submitted_digest TEXT NOT NULL, created_ms INTEGER NOT NULL, UNIQUE (name)
        )""",
        """CREATE TABLE jump_url (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL, host TEXT NOT NULL, note TEXT NOT NULL,
            state TEXT NOT NULL, submitted_digest TEXT NOT NULL, created_ms INTEGER NOT NULL, UNIQUE (url)
        )""",
        """CREATE TABLE resolve_task (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "key" TEXT NOT NULL, remote_id INTEGER NOT NULL, name TEXT NOT NULL,
            card_id INTEGER NOT NULL, card_name TEXT NOT NULL, tpl_id TEXT NOT NULL, type TEXT NOT NULL, days INTEGER NOT NULL,
            times INTEGER NOT NULL, generation INTEGER NOT NULL, domain TEXT NOT NULL, signatures TEXT NOT NULL,
            body TEXT NOT NULL, frozen BOOLEAN NOT NULL, created_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL, UNIQUE ("key")
        )""",
        """CREATE TABLE resolve_link (
            task_id INTEGER NOT NULL, place INTEGER NOT NULL, remote_id INTEGER NOT NULL, code TEXT NOT NULL, url TEXT NOT NULL,
            custom_url TEXT NOT NULL, cust_flag TEXT NOT NULL, params TEXT NOT NULL, resolved INTEGER NOT NULL,
            first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, PRIMARY KEY (task_id, place),
            FOREIGN KEY(task_id) REFERENCES resolve_task (id) ON DELETE CASCADE
        )""",
        "CREATE INDEX resolve_link_code ON resolve_link (code)",
        """CREATE TABLE resolve_receipt (
            code TEXT NOT NULL, id INTEGER NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (code, id)
        ) WITHOUT ROWID""",
        "CREATE TABLE resolve_cursor (gateway TEXT NOT NULL, cursor INTEGER NOT NULL, PRIMARY KEY (gateway))",
        # Phones: one of each vendor stands on the desk from the beginning.
        """CREATE TABLE phone (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, vendor TEXT NOT NULL, carrier TEXT NOT NULL,
            region TEXT NOT NULL, number BIGINT NOT NULL, own INTEGER NOT NULL, created_ms BIGINT NOT NULL
        )""",
        """INSERT INTO phone (name, vendor, carrier, region, number, own, created_ms) VALUES
            ('', 'HUAWEI', '', '', 0, 0, 0), ('', 'XIAOMI', '', '', 0, 0, 0), ('', 'OPPO', '', '', 0, 0, 0),
            ('', 'VIVO', '', '', 0, 0, 0), ('', 'MEIZU', '', '', 0, 0, 0), ('', 'SAMSUNG', '', '', 0, 0, 0)""",
        # Users, groups, policies and access keys; the audit log, which only grows.
        """CREATE TABLE iam_user (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, folded TEXT NOT NULL, note TEXT NOT NULL,
            password TEXT NOT NULL, main BOOLEAN NOT NULL, enabled BOOLEAN NOT NULL, must_change BOOLEAN NOT NULL,
            failed INTEGER NOT NULL, locked_until_ms INTEGER NOT NULL, revision INTEGER NOT NULL,
            created_ms INTEGER NOT NULL, signed_in_ms INTEGER NOT NULL, UNIQUE (folded)
        )""",
        """CREATE TABLE iam_group (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, folded TEXT NOT NULL, note TEXT NOT NULL,
            revision INTEGER NOT NULL, created_ms INTEGER NOT NULL, UNIQUE (folded)
        )""",
        """CREATE TABLE iam_membership (
            user_id INTEGER NOT NULL, group_id INTEGER NOT NULL, PRIMARY KEY (user_id, group_id),
            FOREIGN KEY(user_id) REFERENCES iam_user (id) ON DELETE CASCADE,
            FOREIGN KEY(group_id) REFERENCES iam_group (id) ON DELETE CASCADE
        )""",
        """CREATE TABLE iam_policy (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, folded TEXT NOT NULL, note TEXT NOT NULL,
            document TEXT NOT NULL, revision INTEGER NOT NULL, created_ms INTEGER NOT NULL, UNIQUE (folded)
        )""",
        """CREATE TABLE iam_group_policy (
            group_id INTEGER NOT NULL, policy TEXT NOT NULL, PRIMARY KEY (group_id, policy),
            FOREIGN KEY(group_id) REFERENCES iam_group (id) ON DELETE CASCADE
        )""",
        """CREATE TABLE access_key (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, ak TEXT NOT NULL, sk_digest TEXT NOT NULL,
            note TEXT NOT NULL, kept TEXT NOT NULL, enabled BOOLEAN NOT NULL, created_ms INTEGER NOT NULL,
            used_ms INTEGER NOT NULL, FOREIGN KEY(user_id) REFERENCES iam_user (id) ON DELETE CASCADE, UNIQUE (ak)
        )""",
        """CREATE TABLE audit (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, user_id INTEGER NOT NULL, who TEXT NOT NULL,
            place TEXT NOT NULL, action TEXT NOT NULL, what TEXT NOT NULL, subject TEXT NOT NULL, outcome TEXT NOT NULL,
            detail TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL
        )""",
        """CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
            BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END""",
        """CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
            BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END""",
        # Its records of all kinds, the pictures they show, and bindings of channel numbers.
        """CREATE TABLE sa_record (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, account_id INTEGER NOT NULL,
            revision INTEGER NOT NULL, title TEXT NOT NULL, content TEXT NOT NULL, pending TEXT NOT NULL, live TEXT NOT NULL,
            submitted_digest TEXT NOT NULL, approval TEXT NOT NULL, life TEXT NOT NULL, effect_ms INTEGER NOT NULL,
            freezes INTEGER NOT NULL, freeze_reason TEXT NOT NULL, urged_ms INTEGER NOT NULL, created_ms INTEGER NOT NULL,
            saved_ms INTEGER NOT NULL
        )""",
        "CREATE INDEX sa_record_account ON sa_record (account_id)",
        """CREATE TABLE sa_material (
            record_id INTEGER NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (record_id, digest),
            FOREIGN KEY(record_id) REFERENCES sa_record (id) ON DELETE CASCADE
        )""",
        "CREATE INDEX sa_material_digest ON sa_material (digest)",
        """CREATE TABLE sa_binding (
            id INTEGER NOT NULL PRIMARY KEY, port_id INTEGER NOT NULL, account_id INTEGER NOT NULL,
            signatures TEXT NOT NULL, regions TEXT NOT NULL, created_ms INTEGER NOT NULL,
            FOREIGN KEY(port_id) REFERENCES sa_record (id), FOREIGN KEY(account_id) REFERENCES sa_record (id)
        )""",
        # Search across all records; stays the last, for its triggers stand on the tables of the others.
        *SEARCH_4,
    ),
    # 5: proof of once at scale. A comment before each topic's statements says what they are for.
    5: (
        # Unknown outcomes: what was asked about each call, and status reports that came after a decision.
        *ONCE_5,
        # Phones: which messages were opened on one.
        # What campaigns sent of cards and video SMS that were deleted since.
        """CREATE TABLE sent_content (
            kind TEXT NOT NULL, ref INTEGER NOT NULL, digest TEXT NOT NULL, name TEXT NOT NULL, content TEXT NOT NULL,
            PRIMARY KEY (kind, ref, digest)
        )""",
        """CREATE TABLE sent_material (
            kind TEXT NOT NULL, ref INTEGER NOT NULL, digest TEXT NOT NULL, material TEXT NOT NULL,
            PRIMARY KEY (kind, ref, digest, material)
        )""",
        "CREATE INDEX sent_material_material ON sent_material (material)",
        # Service accounts: what phones showed of them, from when on.
        """CREATE TABLE sa_shown (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, since_ms BIGINT NOT NULL, content TEXT NOT NULL
        )""",
        "CREATE INDEX sa_shown_since ON sa_shown (since_ms)",
        """CREATE TABLE sa_shown_material (
            shown_id INTEGER NOT NULL, digest TEXT NOT NULL, title TEXT NOT NULL, PRIMARY KEY (shown_id, digest),
            FOREIGN KEY(shown_id) REFERENCES sa_shown (id) ON DELETE CASCADE
        )""",
        "CREATE INDEX sa_shown_material_digest ON sa_shown_material (digest)",
        "CREATE TABLE phone_read (message_id TEXT NOT NULL, at_ms BIGINT NOT NULL, PRIMARY KEY (message_id))",
        # Workers: who works on the workspace now.
        """CREATE TABLE desk_worker (
            name TEXT NOT NULL PRIMARY KEY, machine TEXT NOT NULL, pid INTEGER NOT NULL, gateway TEXT NOT NULL,
            since_ms BIGINT NOT NULL, queue_id BIGINT DEFAULT '0' NOT NULL
        ) WITHOUT ROWID""",
        # Sends that a plan has prepared and that wait for a person.
        """CREATE TABLE waiting_send (
            digest TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, file TEXT NOT NULL, source TEXT NOT NULL,
            "plan" TEXT NOT NULL, audience_id INTEGER NOT NULL, to_send BIGINT NOT NULL, origin TEXT NOT NULL, "by" TEXT NOT NULL,
            created_ms BIGINT NOT NULL, dismissed_ms BIGINT DEFAULT 0 NOT NULL, dismissed_by TEXT DEFAULT '' NOT NULL,
            FOREIGN KEY(digest) REFERENCES confirmation (digest) ON DELETE CASCADE
        )""",
        "CREATE INDEX waiting_send_source ON waiting_send (source)",
        # The choice of platform: what stood with the one that is not in use, and what was decided by hand.
        """CREATE TABLE platform_shelf (
            platform TEXT NOT NULL, what TEXT NOT NULL, ref TEXT NOT NULL, content TEXT NOT NULL,
            PRIMARY KEY (platform, what, ref)
        )""",
        """CREATE TABLE hand_review (
            id INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL, ref TEXT NOT NULL, digest TEXT NOT NULL, state TEXT NOT NULL,
            on_day TEXT NOT NULL, reason TEXT NOT NULL, given TEXT NOT NULL, "by" TEXT NOT NULL, at_ms BIGINT NOT NULL
        )""",
        """CREATE TRIGGER hand_review_no_update BEFORE UPDATE ON hand_review
            BEGIN SELECT RAISE(ABORT, 'hand_review is append-only'); END""",
        """CREATE TRIGGER hand_review_no_delete BEFORE DELETE ON hand_review
            BEGIN SELECT RAISE(ABORT, 'hand_review is append-only'); END""",
        # What the desk remembers of its calls to the real platform: records made there, and files uploaded.
        """CREATE TABLE cloud_made (
            id INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL, ref TEXT NOT NULL, digest TEXT NOT NULL, name TEXT NOT NULL,
            stage TEXT NOT NULL, asked_ms BIGINT NOT NULL, cloud_id TEXT NOT NULL, missed_ms BIGINT NOT NULL, misses INTEGER NOT NULL,
            told TEXT NOT NULL, open BOOLEAN NOT NULL, seq BIGINT NOT NULL, UNIQUE (kind, ref, digest)
        )""",
        "CREATE INDEX cloud_made_seq ON cloud_made (seq)",
        """CREATE TABLE cloud_upload (
            kind TEXT NOT NULL, digest TEXT NOT NULL, rate TEXT NOT NULL, name TEXT NOT NULL, asked_ms BIGINT NOT NULL,
            cloud_id TEXT NOT NULL, material_id TEXT NOT NULL, used_ms BIGINT NOT NULL, PRIMARY KEY (kind, digest, rate)
        )""",
        # Whose access key calls to the real platform were made with.
        "CREATE TABLE cloud_caller (id INTEGER NOT NULL PRIMARY KEY, caller TEXT NOT NULL, since_ms BIGINT NOT NULL)",
    ),
    # 6: exports as jobs of a team, records of the real platform by account.
    6: (
        # Exports: on whose disk a file goes, and who asked for it.
        "ALTER TABLE export_job ADD COLUMN place TEXT DEFAULT '' NOT NULL",
        "ALTER TABLE export_job ADD COLUMN user_id INTEGER DEFAULT 0 NOT NULL",
        "ALTER TABLE export_job ADD COLUMN main INTEGER DEFAULT 0 NOT NULL",
        # What the real platform made and took: whose it is.
        *ACCOUNTS_6,
        # What is owed to rates, for all workers.
        "CREATE TABLE rate_pace (scope TEXT NOT NULL PRIMARY KEY, ready_ms BIGINT NOT NULL)",
    ),
}
"""What each schema adds to the one before it."""


OF_POSTGRESQL: Final[Mapping[int, tuple[str, ...]]] = {
    6: (
        # Exports: on whose disk a file goes, and who asked for it.
        "ALTER TABLE export_job ADD COLUMN place TEXT COLLATE \"C\" DEFAULT '' NOT NULL",
        "ALTER TABLE export_job ADD COLUMN user_id BIGINT DEFAULT 0 NOT NULL",
        "ALTER TABLE export_job ADD COLUMN main BIGINT DEFAULT 0 NOT NULL",
        # What the real platform made and took: whose it is.
        *ACCOUNTS_6_POSTGRESQL,
        # What is owed to rates, for all workers.
        'CREATE TABLE rate_pace (scope TEXT COLLATE "C" NOT NULL PRIMARY KEY, ready_ms BIGINT NOT NULL)',
    ),
}
"""What each schema from 6 on adds to a team's database. There is none older than 5: the first of them was made as 5."""


def walk_shared(connection: Connection, version: int) -> None:
    """Bring a team's database to today's schema, inside the caller's transaction."""
    for next_version in range(version + 1, SCHEMA_VERSION + 1):
        for statement in OF_POSTGRESQL[next_version]:
            connection.exec_driver_sql(statement)
    connection.exec_driver_sql("UPDATE koodesk_schema SET version = ?", (SCHEMA_VERSION,))


def walk(connection: Connection, version: int) -> None:
    """Bring a database of an older schema to today's, inside the caller's transaction: wholly or not at all."""
    for next_version in range(version + 1, SCHEMA_VERSION + 1):
        for statement in STEPS[next_version]:
            connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")
