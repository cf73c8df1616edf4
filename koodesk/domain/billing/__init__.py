# SPDX-License-Identifier: Apache-2.0
"""What things cost: money, price book, what is charged for, packages, settlement and forecast. Pure rules."""
