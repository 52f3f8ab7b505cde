// SPDX-License-Identifier: MIT
#include <pottle/app/http_exception.hpp>
#include <pottle/base/require.hpp>

#include <fstream>
#include <sstream>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

/// One line of error_pages.txt: its fields, with their newlines.
std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> fields;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, '\t');) {
        for (std::size_t i; (i = field.find("\\n")) != field.npos;) field.replace(i, 2, "\n");
        fields.push_back(field);
    }
    return fields;
}

}  // namespace

TEST_CASE("HTTPException: shows Werkzeug's pages to the byte (ERR-2, INV-4, RT-23)") {
    std::ifstream file(POTTLE_TEST_DATA "/error_pages.txt");
    REQUIRE(file);
    int pages = 0;
    std::string line;
    std::getline(file, line);  // the comment
    while (std::getline(file, line)) {
        const std::vector<std::string> fields = fields_of(line);
        REQUIRE(fields.size() == 4);
        ++pages;
        if (fields[0] == "redirect") {
            const Response response = app::redirect_response(fields[2], std::stoi(fields[1]));
            CHECK(response.headers.at("Location") == fields[2]);
            CHECK(*response.octets() == fields[3]);
            continue;
        }
        const int status = std::stoi(fields[0]);
        const HTTPException plain(status);
        CHECK(plain.name() == fields[1]);
        const bool is_default = plain.description() == fields[2];
        const HTTPException error(status, is_default ? "" : fields[2]);
        CHECK(error.description() == fields[2]);
        const Response response = error.to_response();
        CHECK(response.status == status);
        CHECK(response.content_type() == "text/html; charset=utf-8");
        CHECK(*response.octets() == fields[3]);
    }
    CHECK(pages > 60);
}

TEST_CASE("HTTPException: has the sizes that were measured (INV-4)") {
    const auto size = [](int status) {
        return HTTPException(status).to_response().octets()->size();
    };
    CHECK(size(404) == 207);
    CHECK(size(405) == 153);
    CHECK(size(400) == 167);
    CHECK(size(413) == 171);
    CHECK(size(500) == 265);
    CHECK(size(408) == 216);
}

TEST_CASE("abort: throws what to_response() then answers") {
    try {
        abort(429, "Slow down.", Headers{{"Retry-After", "30"}});
        FAIL("did not throw");
    } catch (const HTTPException& error) {
        CHECK(error.status() == 429);
        CHECK(std::string(error.what()) == "429 Too Many Requests: Slow down.");
        const HTTPException copy = error;
        CHECK(copy.to_response().headers.at("Retry-After") == "30");
        CHECK_FALSE(copy.has_response());
    }
    CHECK_THROWS_AS(abort(404), HTTPException);
}

TEST_CASE("abort: sends a whole response as it is (RESP-8)") {
    Response mine("made by hand", 418);
    mine.headers.set("X-Pot", "tea");
    try {
        abort(std::move(mine));
        FAIL("did not throw");
    } catch (const HTTPException& error) {
        CHECK(error.status() == 418);
        CHECK(error.has_response());
        CHECK(error.headers().at("X-Pot") == "tea");
        const Response response = error.to_response();
        CHECK(*response.octets() == "made by hand");
        CHECK(response.headers.at("X-Pot") == "tea");
    }
}

TEST_CASE("HTTPException: refuses what is no status") {
    CHECK_THROWS_AS(HTTPException(0), LogicError);
    CHECK_THROWS_AS(HTTPException(1000), LogicError);
}

TEST_CASE("redirect_response: cannot be made to split the response") {
    CHECK_THROWS_AS(app::redirect_response("/a\r\nX: y", 302), LogicError);
}
