// SPDX-License-Identifier: MIT
#include <pottle/base/uuid.hpp>

#include <doctest/doctest.h>

using pottle::Uuid;

TEST_CASE(
    "Uuid: parses the canonical form of either case and writes it in lower case (RFC 9562 4)") {
    const auto uuid = Uuid::parse("F81D4FAE-7dec-11d0-a765-00a0c91e6bf6");
    REQUIRE(uuid);
    CHECK(uuid->text() == "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
    CHECK(Uuid::parse(uuid->text()) == uuid);
    CHECK(*uuid > Uuid{});
}

TEST_CASE("Uuid: refuses every other form") {
    for (const std::string_view text :
         {"", "f81d4fae7dec11d0a76500a0c91e6bf6", "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}",
          "f81d4fae-7dec-11d0-a765-00a0c91e6bf", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6 ",
          "f81d4fae-7dec-11d0-a765_00a0c91e6bf6", "g81d4fae-7dec-11d0-a765-00a0c91e6bf6"}) {
        CAPTURE(text);
        CHECK_FALSE(Uuid::parse(text));
    }
}
