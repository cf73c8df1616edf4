# SPDX-License-Identifier: Apache-2.0
"""Pages of the service account (智能信息服务号): profiles with the wizard, channel numbers, SMS shortcuts."""
