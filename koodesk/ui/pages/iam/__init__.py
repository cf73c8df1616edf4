# SPDX-License-Identifier: Apache-2.0
"""Pages of IAM (统一身份认证): users, groups, policies, access keys and the audit log."""
