# SPDX-License-Identifier: Apache-2.0
"""A team's workspace on PostgreSQL: the connection, the words SQLite has and PostgreSQL has not, the schema, the way there."""
