// SPDX-License-Identifier: MIT
#include <pottle/http/date.hpp>

#include <doctest/doctest.h>

using namespace pottle::http;

TEST_CASE("format_http_date: writes an IMF-fixdate (RFC 9110 5.6.7)") {
    CHECK(format_http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(format_http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK(format_http_date(-1) == "Wed, 31 Dec 1969 23:59:59 GMT");
    CHECK(format_http_date(951782400) == "Tue, 29 Feb 2000 00:00:00 GMT");
    CHECK(format_http_date(4107542399) == "Sun, 28 Feb 2100 23:59:59 GMT");
    CHECK(format_http_date(4107542400) == "Mon, 01 Mar 2100 00:00:00 GMT");
    CHECK(format_http_date(253402300799) == "Fri, 31 Dec 9999 23:59:59 GMT");
}

TEST_CASE("parse_http_date: reads the three forms that a recipient must accept (RFC 9110 5.6.7)") {
    CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784111777);
    CHECK(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT") == 784111777);
    CHECK(parse_http_date("Sun Nov  6 08:49:37 1994") == 784111777);
    CHECK(parse_http_date("Wed Nov 16 08:49:37 1994") == 784975777);
    CHECK(parse_http_date("Tuesday, 01-Jan-69 00:00:00 GMT") == 3124224000);
    CHECK(parse_http_date("Thu, 29 Feb 2024 23:59:60 GMT") == 1709251200);
}

TEST_CASE("parse_http_date: refuses what is no date") {
    for (const std::string_view text : {"",
                                        "Sun",
                                        "Sun,",
                                        "Sun, 06 Nov 1994",
                                        "Sun, 6 Nov 1994 08:49:37 GMT",
                                        "Sun, 06 Nov 1994 08:49:37",
                                        "Sun, 06 Nov 1994 08:49:37 UTC",
                                        "Sun, 06 Nov 1994 08:49:37 GMT ",
                                        " Sun, 06 Nov 1994 08:49:37 GMT",
                                        "Sun, 06 nov 1994 08:49:37 GMT",
                                        "Sun, 06 anF 1994 08:49:37 GMT",
                                        "Sun, 31 Nov 1994 08:49:37 GMT",
                                        "Sun, 00 Nov 1994 08:49:37 GMT",
                                        "Sun, 29 Feb 2023 08:49:37 GMT",
                                        "Sun, 29 Feb 1900 08:49:37 GMT",
                                        "Sun, 06 Nov 1994 24:49:37 GMT",
                                        "Sun, 06 Nov 1994 08:60:37 GMT",
                                        "Sun, 06 Nov 1994 08:49:61 GMT",
                                        "Sun, 06 Nov 1994 8:49:37 GMT",
                                        "Sun, -6 Nov 1994 08:49:37 GMT",
                                        "Xxx, 06 Nov 1994 08:49:37 GMT",
                                        "Sunday, 06 Nov 1994 08:49:37 GMT",
                                        "Sun, 06-Nov-94 08:49:37 GMT",
                                        "Sun Nov 6 08:49:37 1994",
                                        "784111777",
                                        "1994-11-06T08:49:37Z"})
        CHECK_MESSAGE(!parse_http_date(text), text);
}

TEST_CASE("parse_http_date: reads back every day that format_http_date() writes") {
    for (std::int64_t day = -10'000; day < 60'000; day += 37) {
        const std::int64_t seconds = day * 86'400 + (day * 7919 % 86'400 + 86'400) % 86'400;
        if (parse_http_date(format_http_date(seconds)) != seconds) FAIL(format_http_date(seconds));
    }
}
