# SPDX-License-Identifier: MIT
"""The harness behind bench/run and bench/profile."""
