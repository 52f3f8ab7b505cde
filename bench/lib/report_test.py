# SPDX-License-Identifier: MIT
"""The arithmetic behind the report: python3 -m unittest discover -s bench -p '*_test.py'"""

import unittest

from lib import report
from lib.measure import ratio
from lib.suite import EQUAL, TESTS, Target, derived


def result(rounds=9, **figures):
    samples = {name: [{"figure": value, "round": number, "operations_per_second": 1.0,
                       "other_cpu": 0.1} for number in range(rounds)]
               for name, value in figures.items()}
    return {"test": "plaintext", "unit": "CPU us", "rounds": rounds, "seconds": 1.0, "date": "today",
            "samples": samples, "notes": {}, "versions": {}}


PLAINTEXT = next(test for test in TESTS if test.id == "plaintext")


class RatioTest(unittest.TestCase):
    def test_is_more_than_one_where_the_first_is_cheaper(self):
        self.assertEqual(ratio(result(pottle=2.0, nginx=3.0), "pottle", "nginx"), (1.5, 1.5, 1.5))

    def test_compares_the_rounds_that_both_finished(self):
        mixed = result(rounds=4, pottle=1.0, nginx=1.0)
        for name, values in (("pottle", (1, 2, 4, 9)), ("nginx", (3, 2, 2, 9))):
            for row, value in zip(mixed["samples"][name], values):
                row["figure"] = value
        del mixed["samples"]["nginx"][3]
        self.assertEqual(ratio(mixed, "pottle", "nginx"), (1, 0.5, 3))

    def test_is_absent_without_the_other(self):
        self.assertIsNone(ratio(result(pottle=2.0), "pottle", "nginx"))


class TargetTest(unittest.TestCase):
    def test_equality_with_a_peer_is_met_a_little_below_one(self):
        self.assertEqual(Target("nginx", 1.0).required(), EQUAL)
        self.assertEqual(Target("limit", 0.9).required(), 0.9)

    def test_a_derived_bar_scales_the_recorded_ratio(self):
        # 3 times as cheap as a server that needed 3.2 us where the limit needed 0.63.
        bar = derived("pipelined", "Drogon", 3)
        self.assertEqual((bar.against, bar.value), ("limit", round(3 * 0.63 / 3.2, 3)))


class VerdictTest(unittest.TestCase):
    def verdict(self, target, **figures):
        rounds = figures.pop("rounds", 9)
        return report._verdict(PLAINTEXT, result(rounds, **figures), target)[1]

    def test_a_ratio_decides(self):
        self.assertEqual(self.verdict(Target("limit", 0.9), pottle=10, limit=9.1), "met")
        self.assertEqual(self.verdict(Target("limit", 0.9), pottle=10, limit=8.9), "**not met**")

    def test_a_bound_decides(self):
        self.assertEqual(self.verdict(Target(None, 512), pottle=512), "met")
        self.assertEqual(self.verdict(Target(None, 512), pottle=513), "**not met**")

    def test_few_rounds_are_named(self):
        self.assertEqual(self.verdict(Target(None, 5), pottle=1, rounds=3), "met, too few rounds")

    def test_what_was_not_measured_is_not_judged(self):
        self.assertEqual(self.verdict(Target("limit", 0.9), limit=9), "not measured")
        self.assertEqual(self.verdict(Target("nginx", 0.9), pottle=9), "peer not measured")


class MarkdownTest(unittest.TestCase):
    def test_has_a_row_for_each_target_and_each_contestant(self):
        text = report.markdown({"plaintext": result(pottle=10, limit=9, nginx=12)})
        self.assertEqual(text.count(f"| {PLAINTEXT.title} |"), len(PLAINTEXT.targets))
        self.assertIn("| nginx | 12 | 12-12 | 0.75 | 1.20 |", text)


if __name__ == "__main__":
    unittest.main()
