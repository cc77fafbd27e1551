# SPDX-License-Identifier: GPL-2.0
"""Helpers of the functional tests; each module says what it is for."""
