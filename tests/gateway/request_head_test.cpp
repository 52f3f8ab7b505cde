// SPDX-License-Identifier: MIT
#include <pottle/gateway/request_head.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using gateway::ConnectionFacts;
using gateway::RequestHead;

namespace {

/// Fills `head` from texts that are overwritten before it returns: nothing may point into them.
void assign_and_scribble(RequestHead& head, const ConnectionFacts& connection) {
    std::string target = "/Path/X?Query=1";
    std::string authority = "Example.org";
    std::string fields_text = "HOSTExample.orgX-Mixed-Case_Name1Valuex";
    const std::string_view text = fields_text;
    const std::vector<http::Field> fields{{text.substr(0, 4), text.substr(4, 11)},
                                          {text.substr(15, 18), text.substr(33, 5)},
                                          {text.substr(38, 1), {}}};
    const std::string_view whole = target;
    head.assign({.method = Method::Post,
                 .version = HttpVersion::Http10,
                 .method_text = "POST",
                 .target = whole,
                 .path = whole.substr(0, 7),
                 .query = whole.substr(8),
                 .authority = authority,
                 .fields = fields},
                connection);
    for (std::string* scribbled : {&target, &authority, &fields_text})
        scribbled->assign(scribbled->size(), '!');
}

}  // namespace

TEST_CASE("RequestHead: owns a copy of everything, with field names in lower case (INV-5)") {
    const ConnectionFacts connection{.scheme = "https"};
    RequestHead head;
    assign_and_scribble(head, connection);
    CHECK(head.method() == Method::Post);
    CHECK(head.method_text() == "POST");
    CHECK(head.version() == HttpVersion::Http10);
    CHECK(head.target() == "/Path/X?Query=1");
    CHECK(head.raw_path() == "/Path/X");
    CHECK(head.query() == "Query=1");
    CHECK(head.authority() == "Example.org");
    CHECK(head.scheme() == "https");
    REQUIRE(head.fields().size() == 3);
    CHECK(head.fields()[0].name == "host");
    CHECK(head.fields()[0].value == "Example.org");
    CHECK(head.fields()[1].name == "x-mixed-case_name1");
    CHECK(head.fields()[1].value == "Value");
    CHECK(head.fields()[2].name == "x");
    CHECK(head.fields()[2].value.empty());
}

TEST_CASE("RequestHead: find() takes the first field, get() a fallback") {
    const ConnectionFacts connection;
    const http::Field fields[] = {{"A", "1"}, {"a", "2"}};
    RequestHead head;
    head.assign({.target = "/", .path = "/", .fields = fields}, connection);
    CHECK(head.find("a")->value == "1");
    CHECK(head.find("b") == nullptr);
    CHECK(head.get("b", "fallback") == "fallback");
}

TEST_CASE("RequestHead: lower-cases letters and nothing else, in names of every length") {
    const ConnectionFacts connection;
    for (std::size_t size = 1; size <= 40; ++size) {
        for (const char letter : {'A', 'Z', 'a', 'z', '0', '@', '[', '`', '{', '-', '_', '\x7f'}) {
            const std::string name(size, letter);
            const http::Field fields[] = {{name, "v"}};
            RequestHead head;
            head.assign({.target = "/", .path = "/", .fields = fields}, connection);
            if (head.fields()[0].name != ascii::lower(name)) FAIL(name);
        }
    }
}

TEST_CASE("RequestHead: path and query may stand outside the target, methods may be unknown") {
    const ConnectionFacts connection;
    RequestHead head;
    head.assign({.method = Method::Other,
                 .method_text = "PURGE",
                 .target = "http://a",
                 .path = "/",
                 .authority = "a"},
                connection);
    CHECK(head.method_text() == "PURGE");
    CHECK(head.target() == "http://a");
    CHECK(head.raw_path() == "/");
    CHECK(head.query().empty());
    CHECK(head.fields().empty());
}

TEST_CASE("RequestHead: assign() again replaces everything, with larger and smaller heads") {
    const ConnectionFacts connection;
    RequestHead head;
    const std::string long_value(5000, 'v');
    const http::Field large[] = {{"Large", long_value}, {"Other", "x"}};
    for (int round = 0; round < 3; ++round) {
        assign_and_scribble(head, connection);
        CHECK(head.get("x-mixed-case_name1") == "Value");
        head.assign({.target = "/l", .path = "/l", .fields = large}, connection);
        CHECK(head.fields().size() == 2);
        CHECK(head.get("large") == long_value);
        CHECK(head.get("x-mixed-case_name1").empty());
        CHECK(head.method() == Method::Get);
    }
}

TEST_CASE(
    "RequestHead: a head that is one text is owned as a whole, a path beside it too (INV-5)") {
    const ConnectionFacts connection{.scheme = "https"};
    RequestHead head;
    for (const int round : {0, 1}) {
        std::string octets =
            "PRUNE http://a:1?Q=1 HTTP/1.1\r\nHOST:a:1\r\nX-Long-Name:Value\r\n\r\n";
        std::string path = "/";
        const std::string_view text = octets;
        const auto part = [text](std::string_view of) {
            return text.substr(text.find(of), of.size());
        };
        const std::vector<http::Field> fields{{part("HOST"), part("a:1\r")},
                                              {part("X-Long-Name"), part("Value")}};
        head.assign({.method = Method::Other,
                     .method_text = part("PRUNE"),
                     .target = part("http://a:1?Q=1"),
                     .path = path,
                     .query = round == 0 ? part("Q=1") : std::string_view(),
                     .authority = part("a:1"),
                     .fields = fields,
                     .octets = octets},
                    connection);
        octets.assign(octets.size(), '!');
        path = "!";
        CHECK(head.method_text() == "PRUNE");
        CHECK(head.target() == "http://a:1?Q=1");
        CHECK(head.raw_path() == "/");
        CHECK(head.query() == (round == 0 ? "Q=1" : ""));
        CHECK(head.authority() == "a:1");
        REQUIRE(head.fields().size() == 2);
        CHECK(head.fields()[0].name == "host");
        CHECK(head.fields()[1].name == "x-long-name");
        CHECK(head.fields()[1].value == "Value");
    }
}
