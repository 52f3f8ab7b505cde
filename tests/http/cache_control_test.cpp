// SPDX-License-Identifier: MIT
#include <pottle/http/cache_control.hpp>

#include <limits>

#include <doctest/doctest.h>

using namespace pottle;

TEST_CASE("CacheControl: reads directives in any case, quoted ages too (RFC 9111 5.2)") {
    const auto parsed = CacheControl::parse(
        "Public, MAX-AGE=60 ,s-maxage=\"30\", private=\"a, b\", x=y, immutable, stale-if-error=5");
    CHECK(parsed == CacheControl{.is_public = true,
                                 .is_private = true,
                                 .immutable = true,
                                 .max_age = 60,
                                 .s_maxage = 30,
                                 .stale_if_error = 5});
    CHECK(CacheControl::parse("").text().empty());
    CHECK(CacheControl::parse("max-stale").max_stale == -1);
    CHECK(CacheControl::parse("max-stale=7, min-fresh=8, only-if-cached") ==
          CacheControl{.only_if_cached = true, .min_fresh = 8, .max_stale = 7});
    CHECK_FALSE(CacheControl::parse("max-age=soon").max_age);
    CHECK_FALSE(CacheControl::parse("max-age=-1").max_age);
    CHECK(CacheControl::parse("max-age=99999999999999999999").max_age ==
          std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("CacheControl: writes what it reads (RESP-6)") {
    const CacheControl all{.is_public = true,
                           .no_cache = true,
                           .no_store = true,
                           .no_transform = true,
                           .must_revalidate = true,
                           .proxy_revalidate = true,
                           .must_understand = true,
                           .immutable = true,
                           .max_age = 1,
                           .s_maxage = 2,
                           .stale_while_revalidate = 3,
                           .max_stale = -1};
    CHECK(CacheControl::parse(all.text()) == all);
    CHECK(CacheControl{.is_public = true, .max_age = 43200}.text() == "public, max-age=43200");
}
