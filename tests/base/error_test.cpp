// SPDX-License-Identifier: MIT
#include <pottle/base/error.hpp>
#include <pottle/base/require.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace pottle;

namespace {
Result<int> parse(bool good) {
    if (!good) return fail(Error::peer(Errc::Malformed, 400, "not good"));
    return 7;
}
Result<int> twice(bool good) {
    POTTLE_TRY(parse(good));
    return 14;
}
}  // namespace

TEST_CASE("POTTLE_TRY: returns the error of its expression and nothing else") {
    CHECK(twice(true).value() == 14);
    const Result<int> failed = twice(false);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == Errc::Malformed);
    CHECK(failed.error().blame == Blame::Peer);
    CHECK(failed.error().status == 400);
}

TEST_CASE("POTTLE_REQUIRE: throws LogicError that names the sentence and the place") {
    std::string what;
    try {
        POTTLE_REQUIRE(1 + 1 == 3, "arithmetic holds");
    } catch (const LogicError& error) {
        what = error.what();
    }
    CHECK(what.starts_with("arithmetic holds ("));
    CHECK(what.find("error_test.cpp:") != what.npos);
}
