// SPDX-License-Identifier: MIT
#include <pottle/http/accept.hpp>

#include <doctest/doctest.h>

using namespace pottle;
using Kind = AcceptedValues::Kind;

TEST_CASE("AcceptedValues: the most wanted first (REQ-7)") {
    const AcceptedValues accepted(Kind::MediaType, "text/html;q=0.5, application/json, */*;q=0.1");
    REQUIRE(accepted.values().size() == 3);
    CHECK(accepted.values()[0].value == "application/json");
    CHECK(accepted.values()[1].quality == doctest::Approx(0.5));
    CHECK(accepted.best_match({"text/html", "application/json"}) == "application/json");
    CHECK(accepted.best_match({"text/html", "image/png"}) == "text/html");
    CHECK(accepted.quality("image/png") == doctest::Approx(0.1));
    CHECK(accepted.accept_json());
    CHECK(accepted.accept_html());
}

TEST_CASE("AcceptedValues: what is refused is not matched (REQ-7)") {
    const AcceptedValues accepted(Kind::MediaType, "text/*, text/plain;q=0");
    CHECK(accepted.contains("text/html"));
    CHECK_FALSE(accepted.contains("text/plain"));
    CHECK_FALSE(accepted.contains("application/json"));
    CHECK_FALSE(accepted.accept_json());
    CHECK(accepted.best_match({"application/json", "text/plain"}, "fallback") == "fallback");
}

TEST_CASE("AcceptedValues: an absent field accepts everything (REQ-7)") {
    CHECK(AcceptedValues(Kind::MediaType, "").best_match({"a/b", "c/d"}) == "a/b");
    CHECK(AcceptedValues(Kind::Encoding, "").contains("gzip"));
    CHECK(AcceptedValues(Kind::Encoding, "").values().empty());
}

TEST_CASE("AcceptedValues: codings and charsets compare without case (REQ-7)") {
    const AcceptedValues codings(Kind::Encoding, "GZIP, br;q=0.9, *;q=0");
    CHECK(codings.best_match({"br", "gzip"}) == "gzip");
    CHECK_FALSE(codings.contains("zstd"));
    CHECK(AcceptedValues(Kind::Charset, "utf-8;q=0.7, *;q=0.1").quality("UTF-8") ==
          doctest::Approx(0.7));
}

TEST_CASE("AcceptedValues: a language falls back to its primary tag (REQ-7)") {
    const AcceptedValues languages(Kind::Language, "de-AT;q=0.5, en-GB");
    CHECK(languages.best_match({"de", "en"}) == "en");
    CHECK(languages.best_match({"fr", "de"}) == "de");
    CHECK(languages.best_match({"fr"}, "fr") == "fr");
    CHECK(AcceptedValues(Kind::Language, "en").best_match({"en-GB"}) == "en-GB");
}
