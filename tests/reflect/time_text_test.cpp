// SPDX-License-Identifier: MIT
#include <pottle/reflect/time_text.hpp>

#include <doctest/doctest.h>

using namespace pottle::reflect;

namespace {
std::string time_again(std::string_view text) {
    const auto time = parse_time(text);
    std::string out;
    if (!time || !append_time(*time, out)) return "refused";
    return out;
}
std::string duration_again(std::string_view text) {
    const auto duration = parse_duration(text);
    if (!duration) return "refused";
    std::string out;
    append_duration(*duration, out);
    return out;
}
}  // namespace

TEST_CASE("parse_time: reads RFC 3339 date-times and append_time writes them in UTC") {
    CHECK(time_again("2026-01-31T09:30:00Z") == "2026-01-31T09:30:00Z");
    CHECK(time_again("2026-01-31t09:30:00z") == "2026-01-31T09:30:00Z");
    CHECK(time_again("2026-01-31 09:30:00Z") == "2026-01-31T09:30:00Z");
    CHECK(time_again("2026-01-01T00:30:00+01:00") == "2025-12-31T23:30:00Z");
    CHECK(time_again("2026-01-01T00:30:00-23:59") == "2026-01-02T00:29:00Z");
    CHECK(time_again("2024-02-29T00:00:00.5Z") == "2024-02-29T00:00:00.500Z");
    CHECK(time_again("2024-02-29T00:00:00.000001Z") == "2024-02-29T00:00:00.000001Z");
    CHECK(time_again("2024-02-29T00:00:00.1234567899Z") == "2024-02-29T00:00:00.123456789Z");
    CHECK(time_again("1969-12-31T23:59:59.25Z") == "1969-12-31T23:59:59.250Z");
    CHECK(time_again("2016-12-31T23:59:60Z") == "2017-01-01T00:00:00Z");
    CHECK(time_again("0000-01-01T00:00:00Z") == "0000-01-01T00:00:00Z");
    CHECK(time_again("9999-12-31T23:59:59.999999999Z") == "9999-12-31T23:59:59.999999999Z");
    CHECK(parse_time("1970-01-01T00:00:01Z")->seconds == 1);
}

TEST_CASE("parse_time: refuses what is not a date-time of RFC 3339") {
    for (const std::string_view text :
         {"", "2026-01-31", "2026-01-31T09:30:00", "2026-01-31T09:30Z", "2026-13-01T00:00:00Z",
          "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
          "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z",
          "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx", "2026-01-01T00:00:00+24:00",
          "2026-01-01T00:00:00+0100", "+2026-01-01T00:00:00Z", "2026-1-1T00:00:00Z",
          "2026-01-01T00:00:00,5Z", " 2026-01-01T00:00:00Z"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_time(text));
    }
    CHECK(time_again("9999-12-31T23:59:59-00:01") == "refused");
    CHECK(time_again("0000-01-01T00:00:00+00:01") == "refused");
}

TEST_CASE("parse_duration: reads ISO 8601 durations of fixed length") {
    CHECK(duration_again("PT0S") == "PT0S");
    CHECK(duration_again("P1W") == "PT168H");
    CHECK(duration_again("P1DT2H3M4.5S") == "PT26H3M4.5S");
    CHECK(duration_again("-PT0.5S") == "-PT0.5S");
    CHECK(duration_again("-PT1M") == "-PT1M");
    CHECK(duration_again("PT90M") == "PT1H30M");
    CHECK(duration_again("PT0.000000001S") == "PT0.000000001S");
    CHECK(parse_duration("-PT0.5S")->seconds == -1);
    CHECK(parse_duration("-PT0.5S")->nanoseconds == 500'000'000);
    for (const std::string_view text :
         {"", "P", "PT", "P1", "1S", "P1Y", "P1M", "P1DT", "PT1S1M", "PT1S1S", "PT1.5M", "PT1.S",
          "PT.5S", "P1S", "--PT1S", "PT-1S", "PT1S ", "PT99999999999999999999S",
          "P999999999999999999W"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_duration(text));
    }
}
